import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { freePort } from "../support/free-port.ts";
import { postgresServer, temporaryFolder } from "../support/storage.ts";
import { run, serve } from "./program.ts";

const mode = (...path: string[]) => (statSync(join(...path)).mode & 0o777).toString(8);

describe("starting the program", () => {
  it.skipIf(postgresServer)(
    "needs nothing in an empty folder: it makes a secret and a database that only their owner can read",
    async () => {
      const folder = temporaryFolder();
      const port = await freePort();
      const first = await serve({ folder, port });
      expect(await first.logged(/is ready/)).toMatchObject({
        level: "info",
        mode: "development",
        url: first.origin,
        mailbox: `${first.origin}/dev/mailbox`,
      });
      expect((await fetch(`${first.origin}/healthz`)).status).toBe(200);
      expect(await (await fetch(`${first.origin}/readyz`)).json()).toMatchObject({ status: "ready" });
      expect(
        readdirSync(folder)
          .filter((name) => !/-(wal|shm)$/.test(name))
          .sort(),
      ).toEqual([".dev-secret", "sessions.db", "users.db"]);
      for (const name of readdirSync(folder)) expect(mode(folder, name), name).toBe("600");
      const secret = readFileSync(join(folder, ".dev-secret"), "utf8");
      expect(secret).toMatch(/^[A-Za-z0-9+/]{43}=$/);

      first.process.kill("SIGINT");
      expect((await first.ended).code).toBe(0);
      const second = await serve({ folder, port });
      expect(readFileSync(join(folder, ".dev-secret"), "utf8")).toBe(secret);
      expect(second.logs().filter(({ migration }) => migration)).toEqual([]);
    },
  );

  it("ends with 1 and one line for each problem when the configuration is wrong, and creates nothing", async () => {
    const folder = temporaryFolder();
    const env = { NODE_ENV: "production", PORT: "many", TRUST_PROXY: "true", ARGON2_PASSES: "1" };
    const { code, stdout, stderr } = await run({ folder, env }).ended;
    expect([code, stdout]).toEqual([1, []]);
    expect(stderr.map((line) => line.split(" ")[0]).sort()).toEqual([
      ...[
        "ARGON2_MEMORY_KIB",
        "BASE_URL",
        "MAIL_FROM",
        "MAIL_TRANSPORT",
        "PORT",
        "SESSION_SECRET",
        "TRUST_PROXY",
      ],
    ]);
    for (const line of stderr) expect(line).toMatch(/\.$|openssl rand -base64 32$/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("ends with 1 and one line when its port is in use", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await run({ folder: temporaryFolder(), env: { PORT: String(port) } }).ended;
    expect([code, stderr]).toEqual([1, [expect.stringMatching(`^Port ${port} is in use\\. .+PORT`)]]);
  });

  it("ends with 1 and one line when its database can't be opened", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "users.db"));
    const { code, stdout, stderr } = await run({ folder }).ended;
    expect([code, stdout]).toEqual([1, []]);
    expect(stderr).toEqual([expect.stringMatching(/^Could not start: /)]);
  });

  it.skipIf(postgresServer)(
    "reads .env: there it was told to refuse while migrations are pending; what is set outside wins",
    async () => {
      const folder = temporaryFolder();
      const port = await freePort();
      writeFileSync(
        join(folder, ".env"),
        "MIGRATE_ON_START=false\nDATABASE_URL=sqlite:people.db\nAPP_NAME=Bluebird\nLOG_LEVEL=silent\n",
      );
      const { code, stderr } = await run({ folder, env: { PORT: String(port) } }).ended;
      expect([code, stderr]).toEqual([
        1,
        [expect.stringMatching(/migrations are pending \(0001_users, .+\)\. Run: npm run migrate$/)],
      ]);
      expect((await run({ folder, script: ["src/migrate.ts"] }).ended).code).toBe(0);
      const { origin } = await serve({ folder, port, env: { LOG_LEVEL: "info" } });
      expect(await (await fetch(origin)).text()).toContain("Welcome to Bluebird");
      expect(readdirSync(folder)).toContain("people.db");
    },
  );
});
