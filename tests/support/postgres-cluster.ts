// A PostgreSQL server of our own: its files lie in a temporary folder, and are gone when it is stopped.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, chmodSync, chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { postgresBinaries } from "./postgres-binaries.ts";

// Nothing in it has to survive, so it need not wait for the disk.
const SETTINGS = `
fsync = off
full_page_writes = off
synchronous_commit = off
max_connections = 200
listen_addresses = '127.0.0.1'
`;

export interface Cluster {
  /** With the database "postgres", and a user who may do everything. */
  url: string;
  /** As when its machine is restarted: connections break, and it is back at the same address. */
  restart(): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops it and deletes its files. */
  remove(): Promise<void>;
  /** The file with the certificate that it signed itself, for "localhost", if it is to encrypt. */
  certificate: string;
}

/** Null where PostgreSQL is not installed. */
export async function startCluster({ encrypted = false } = {}): Promise<Cluster | null> {
  const binaries = postgresBinaries();
  if (!binaries) return null;
  const folder = mkdtempSync(join(tmpdir(), "auth-flow-postgres-"));
  try {
    return await startIn(folder, binaries, encrypted);
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
}

async function startIn(folder: string, binaries: string, encrypted: boolean): Promise<Cluster> {
  const data = join(folder, "data");
  // PostgreSQL refuses to run as root; Debian's packages have made a user for it.
  const asUser =
    userInfo().uid === 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
  const run = async (program: string, ...args: string[]) => {
    const [command = "", ...rest] = [...asUser, program, ...args];
    // Not its output, which a server that goes on running would keep open.
    const [code] = await once(spawn(command, rest, { stdio: "ignore", cwd: folder }), "close");
    if (code !== 0) throw new Error(`${program} ${args[0]} ended with ${code}`);
  };
  if (asUser.length > 0) {
    const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
    chownSync(folder, id("-u"), id("-g"));
  }
  const encoding = ["-E", "UTF8", "--locale=C.UTF-8"];
  await run(join(binaries, "initdb"), "-D", data, "-U", "tester", "-A", "trust", "--no-sync", ...encoding);
  const [certificate, key] = [join(data, "server.crt"), join(data, "server.key")];
  if (encrypted) {
    const owner = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    await run(
      "openssl",
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      key,
      "-out",
      certificate,
      ...owner,
    );
    // LibreSSL leaves it readable for all, and PostgreSQL refuses such a key.
    chmodSync(key, 0o600);
  }
  const port = await freePort();
  appendFileSync(
    join(data, "postgresql.conf"),
    `${SETTINGS}port = ${port}\nunix_socket_directories = '${folder}'\nssl = ${encrypted ? "on" : "off"}\n`,
  );

  const control = (...command: string[]) =>
    run(join(binaries, "pg_ctl"), ...command, "-w", "-s", "-D", data, "-l", join(folder, "log"));
  await control("start");
  return {
    url: `postgres://tester@127.0.0.1:${port}/postgres`,
    start: () => control("start"),
    stop: () => control("stop", "-m", "fast"),
    certificate,
    restart: () => control("restart", "-m", "fast"),
    remove: async () => {
      // One that a test has stopped is not there to be stopped.
      await control("stop", "-m", "immediate").catch(() => {});
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
