// SQLite files: how each is opened, and how durable it is.
import { dirname, join, resolve } from "node:path";
import BetterSqlite, { type Database as SqliteHandle } from "better-sqlite3";

/** Waiting for another process's lock (a backup, `npm run migrate`), in milliseconds. */
const BUSY_TIMEOUT_MS = 5_000;

/** FULL: an acknowledged write survives power loss. NORMAL: it survives a crash of the program, and costs no fsync. */
export type Durability = "FULL" | "NORMAL";

export function openSqlite(path: string, durability: Durability): SqliteHandle {
  const handle = new BetterSqlite(path, { timeout: BUSY_TIMEOUT_MS });
  handle.pragma("journal_mode = WAL");
  handle.pragma(`synchronous = ${durability}`);
  handle.pragma("foreign_keys = ON");
  // What is deleted (an account, a token's hash) is overwritten, not just forgotten.
  handle.pragma("secure_delete = ON");
  return handle;
}

/** `sqlite:users.db` → its path, and that of the sessions beside it. */
export function sqlitePaths(databaseUrl: string): { users: string; sessions: string } {
  const users = resolve(databaseUrl.slice("sqlite:".length));
  return { users, sessions: join(dirname(users), "sessions.db") };
}
