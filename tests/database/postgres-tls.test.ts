// The connection to PostgreSQL, read from the server's own view of it: encrypted wherever it leaves the machine.
import { describe, expect, it, onTestFinished } from "vitest";
import { openStorage } from "../../src/database/open.ts";
import { type Cluster, startCluster } from "../support/postgres-cluster.ts";
import { postgresServer } from "../support/storage.ts";

/** Another name for this machine, which the program can't know to be one. */
const ELSEWHERE = "0.0.0.0";

async function cluster(encrypted: boolean): Promise<Cluster> {
  const started = await startCluster({ encrypted });
  if (!started) throw new Error("PostgreSQL is not installed");
  onTestFinished(() => started.remove());
  return started;
}

function at({ url }: Cluster, host: string, parameters: Record<string, string> = {}): string {
  const address = new URL(url);
  address.hostname = host;
  address.search = new URLSearchParams(parameters).toString();
  return address.href;
}

async function isEncrypted(databaseUrl: string): Promise<unknown> {
  const { shortLived, close } = await openStorage(databaseUrl);
  if (shortLived.engine !== "postgres") throw new Error("this is about PostgreSQL");
  const { rows } = await shortLived.pool.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
  await close();
  return rows[0].ssl;
}

const isPossible = postgresServer && !process.env.TEST_POSTGRES_URL;
describe.runIf(isPossible)("the connection to PostgreSQL", { timeout: 60_000 }, () => {
  it("is encrypted to another machine, and to this one when the URL asks for it", async () => {
    const server = await cluster(true);
    expect(await isEncrypted(at(server, ELSEWHERE))).toBe(true);
    expect(await isEncrypted(at(server, ELSEWHERE, { sslmode: "disable" }))).toBe(false);
    expect(await isEncrypted(at(server, "127.0.0.1"))).toBe(false);
    expect(await isEncrypted(at(server, "127.0.0.1", { sslmode: "require" }))).toBe(true);
  });

  it("asks with verify-full who answers: for a name in a certificate that somebody trusted has signed", async () => {
    const server = await cluster(true);
    const verified = { sslmode: "verify-full" };
    const trusted = { ...verified, sslrootcert: server.certificate };
    await expect(isEncrypted(at(server, "localhost", verified))).rejects.toThrow(
      /^PostgreSQL at DATABASE_URL can't be used: self-signed certificate\. /,
    );
    expect(await isEncrypted(at(server, "localhost", trusted))).toBe(true);
    await expect(isEncrypted(at(server, ELSEWHERE, trusted))).rejects.toThrow(
      /^PostgreSQL at DATABASE_URL can't be used: Hostname\/IP does not match/,
    );
  });

  it("is refused to another machine that can't encrypt, and says what to do", async () => {
    const server = await cluster(false);
    await expect(isEncrypted(at(server, ELSEWHERE))).rejects.toThrow(
      "PostgreSQL at DATABASE_URL can't be used: The server does not support SSL connections. Add ?sslmode=disable to it if the network in between is your own.",
    );
    expect(await isEncrypted(at(server, ELSEWHERE, { sslmode: "disable" }))).toBe(false);
  });
});
