// SQLite files: how each is opened, and how durable it is.
import { accessSync, constants } from "node:fs";
import { dirname, join, resolve } from "node:path";
import BetterSqlite, { type Database as SqliteHandle } from "better-sqlite3";

/** At the start we can wait for another process's lock (a copy of this program that is stopping, `npm run migrate`). */
const OPENING_TIMEOUT_MS = 5_000;
/** Later we hardly can: SQLite waits synchronously, so nobody gets a page meanwhile. Long enough for somebody else's commit. */
const BUSY_TIMEOUT_MS = 100;

/** FULL: an acknowledged write survives power loss. NORMAL: it survives a crash of the program, and costs no fsync. */
export type Durability = "FULL" | "NORMAL";

export function openSqlite(path: string, durability: Durability): SqliteHandle {
  const handle = new BetterSqlite(path, { timeout: OPENING_TIMEOUT_MS });
  handle.pragma("journal_mode = WAL");
  handle.pragma(`synchronous = ${durability}`);
  handle.pragma("foreign_keys = ON");
  // What is deleted (an account, a token's hash) is overwritten, not just forgotten.
  handle.pragma("secure_delete = ON");
  // SQLite opens a file that can only be read all the same, and would not notice when it can be written again.
  accessSync(path, constants.W_OK);
  handle.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  return handle;
}

/** `sqlite:users.db` → its path, and that of the sessions beside it. */
export function sqlitePaths(databaseUrl: string): { users: string; sessions: string } {
  const users = resolve(databaseUrl.slice("sqlite:".length));
  return { users, sessions: join(dirname(users), "sessions.db") };
}
