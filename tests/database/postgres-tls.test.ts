// The connection to PostgreSQL, read from the server's own view of it: encrypted wherever it leaves the machine.
import { describe, expect, it } from "vitest";
import { openStorage } from "../../src/database/open.ts";
import { ownCluster, ownClusterPossible } from "../support/own-cluster.ts";
import type { Cluster } from "../support/postgres-cluster.ts";

/** Another name for this machine, which the program can't know to be one. */
const ELSEWHERE = "0.0.0.0";

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

describe.runIf(ownClusterPossible)("the connection to PostgreSQL", { timeout: 60_000 }, () => {
  it("is encrypted to another machine, and to this one when the URL asks for it", async () => {
    const server = await ownCluster({ encrypted: true });
    expect(await isEncrypted(at(server, ELSEWHERE))).toBe(true);
    expect(await isEncrypted(at(server, ELSEWHERE, { sslmode: "disable" }))).toBe(false);
    expect(await isEncrypted(at(server, "127.0.0.1"))).toBe(false);
    expect(await isEncrypted(at(server, "127.0.0.1", { sslmode: "require" }))).toBe(true);
    expect(await isEncrypted(at(server, "127.0.0.1", { host: ELSEWHERE }))).toBe(true);
    for (const sslmode of ["no-verify", "allow"])
      expect(await isEncrypted(at(server, ELSEWHERE, { sslmode })), sslmode).toBe(true);
  });

  it("asks with verify-full who answers: for a name in a certificate that somebody trusted has signed", async () => {
    const server = await ownCluster({ encrypted: true });
    const verified = { sslmode: "verify-full" };
    const trusted = { ...verified, sslrootcert: server.certificate };
    await expect(isEncrypted(at(server, "localhost", verified))).rejects.toThrow(
      /^PostgreSQL at DATABASE_URL can't be used: self-signed certificate/,
    );
    expect(await isEncrypted(at(server, "localhost", trusted))).toBe(true);
    await expect(isEncrypted(at(server, ELSEWHERE, trusted))).rejects.toThrow(
      /^PostgreSQL at DATABASE_URL can't be used: Hostname\/IP does not match/,
    );
  });

  it("is refused to another machine that can't encrypt, and says what to do", async () => {
    const server = await ownCluster();
    await expect(isEncrypted(at(server, ELSEWHERE))).rejects.toThrow(
      "PostgreSQL at DATABASE_URL can't be used: The server does not support SSL connections. Add ?sslmode=disable to it if the network in between is your own.",
    );
    expect(await isEncrypted(at(server, ELSEWHERE, { sslmode: "disable" }))).toBe(false);
  });
});
