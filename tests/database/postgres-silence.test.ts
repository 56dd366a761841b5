// A PostgreSQL that answers late or never: the request is told so, and nothing of it is left in a connection that others use.
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { sql } from "kysely";
import { describe, expect, it, onTestFinished } from "vitest";
import { changeNames, createUser, findUserByEmail } from "../../src/accounts/users.ts";
import { openStorage, openUsers } from "../../src/database/open.ts";
import { inTransaction } from "../../src/database/transaction.ts";
import { isStorageTrouble } from "../../src/database/trouble.ts";
import { account } from "../support/account.ts";
import { administrator } from "../support/administrator.ts";
import { changePolicy } from "../support/other-policy.ts";
import { databaseUrlIn, postgresServer, temporaryFolder } from "../support/storage.ts";

const IMPATIENT = { database: { queryWithinSeconds: 0.3, answerWithinSeconds: 0.6 } };

async function open(databaseUrl: string) {
  const storage = await openStorage(databaseUrl);
  onTestFinished(() => storage.close());
  return storage.db;
}

/** The same server behind a network that can forget connections: they stay open, and nothing comes through. */
async function behindForgetfulNetwork(databaseUrl: string) {
  const url = new URL(databaseUrl);
  const [host, port] = [url.hostname, Number(url.port)];
  const known = new Set<Socket>();
  const network = createServer((near) => {
    const far = connect(port, host);
    known.add(near);
    near.on("data", (piece) => known.has(near) && far.write(piece)).on("error", () => {});
    far.on("data", (piece) => known.has(near) && near.write(piece)).on("error", () => {});
    near.once("close", () => far.destroy());
  });
  await new Promise<void>((resolve) => network.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void network.close());
  url.port = String((network.address() as AddressInfo).port);
  return { url: url.href, forget: () => known.clear() };
}

describe.runIf(postgresServer)("a query to PostgreSQL", () => {
  it("that waits for a lock is given up with its transaction, and who comes next is not inside that", async () => {
    changePolicy(IMPATIENT);
    const url = await databaseUrlIn(temporaryFolder());
    const [db, admin] = [await open(url), await administrator(url)];
    const ada = await account(db);
    await admin.query("BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE");
    const grace = {
      firstName: "Grace",
      lastName: "Hopper",
      email: "grace@example.org",
      passwordHash: "a hash",
    };
    const refusal = await inTransaction(db, (trx) => createUser(trx, grace)).catch((error: unknown) => error);
    expect(isStorageTrouble(refusal)).toBe(true);
    await admin.query("COMMIT");
    await changeNames(db, ada.id, { firstName: "Ada", lastName: "King" });
    const seen = await admin.query("SELECT email, last_name FROM users");
    expect(seen.rows).toEqual([{ email: "ada@example.com", last_name: "King" }]);
  });

  it("that gets no answer at all fails once; the connection is not used again", async () => {
    changePolicy(IMPATIENT);
    const { url, forget } = await behindForgetfulNetwork(await databaseUrlIn(temporaryFolder()));
    const db = await open(url);
    const answers = () => findUserByEmail(db, "nobody@example.com");
    expect(await answers()).toBeNull();
    forget();
    expect(isStorageTrouble(await answers().catch((error: unknown) => error))).toBe(true);
    expect(await answers()).toBeNull();
  });

  it("of a migration takes as long as it needs", async () => {
    changePolicy(IMPATIENT);
    const url = await databaseUrlIn(temporaryFolder());
    const long = sql`SELECT pg_sleep(0.8)`;
    await expect(long.execute(await open(url))).rejects.toMatchObject({ code: "57014" });
    const db = await openUsers(url);
    onTestFinished(() => db.destroy());
    expect((await long.execute(db)).rows).toHaveLength(1);
  });
});

it("a standby that takes no transactions yet is trouble that may pass; what is not supported at all is a bug", () => {
  const unsupported = (message: string) => Object.assign(new Error(message), { code: "0A000" });
  expect(isStorageTrouble(unsupported("cannot use serializable mode in a hot standby"))).toBe(true);
  expect(isStorageTrouble(unsupported("MERGE is not supported"))).toBe(false);
});
