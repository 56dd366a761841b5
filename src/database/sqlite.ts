// SQLite files: how each is opened, and how durable it is.
import { accessSync, constants } from "node:fs";
import { dirname, join, resolve } from "node:path";
import BetterSqlite, { type Database as SqliteHandle, type Statement } from "better-sqlite3";
import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
} from "kysely";
import type { Storage } from "./open.ts";
import type { Schema } from "./schema.ts";

/** At the start we can wait for another process's lock (a copy of this program that is stopping, `npm run migrate`). */
const OPENING_TIMEOUT_MS = 5_000;
/** Later we hardly can: SQLite waits synchronously, so nobody gets a page meanwhile. Long enough for somebody else's commit. */
const BUSY_TIMEOUT_MS = 100;
/** More different statements than the program has; what a query with a long list adds can't fill the memory. */
const KEPT_STATEMENTS = 500;

/** A quarter of SQLite's own: 1 MB. */
const CHECKPOINT_PAGES = 250;

/** FULL: an acknowledged write survives power loss. NORMAL: it survives a crash of the program, and costs no fsync. */
type Durability = "FULL" | "NORMAL";

export function openSqliteStorage(databaseUrl: string): Storage {
  const { users, sessions } = sqlitePaths(databaseUrl);
  const people = openSqlite(users, "FULL");
  const handle = openSqlite(sessions, "NORMAL");
  for (const file of [people, handle]) file.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  const db = overSqlite(people);
  return {
    db,
    shortLived: { engine: "sqlite", handle },
    close: async () => {
      await db.destroy();
      handle.close();
    },
  };
}

/** For migrations: they wait for others, and others for them. */
export function openSqliteUsers(databaseUrl: string): Kysely<Schema> {
  return overSqlite(openSqlite(sqlitePaths(databaseUrl).users, "FULL"), { locksAtOnce: true });
}

function overSqlite(handle: SqliteHandle, { locksAtOnce = false } = {}): Kysely<Schema> {
  return new Kysely<Schema>({ dialect: new TransactionalSqlite(handle, locksAtOnce) });
}

function openSqlite(path: string, durability: Durability): SqliteHandle {
  const handle = new BetterSqlite(path, { timeout: OPENING_TIMEOUT_MS });
  handle.pragma("journal_mode = WAL");
  handle.pragma(`synchronous = ${durability}`);
  handle.pragma("foreign_keys = ON");
  // What is deleted (an account, a token's hash) is overwritten, not just forgotten.
  handle.pragma("secure_delete = ON");
  // What was written is moved from the log to the file in portions that stop nobody for long.
  handle.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  // SQLite opens a file that can only be read all the same, and would not notice when it can be written again.
  accessSync(path, constants.W_OK);
  return keepingStatements(handle);
}

/** Kysely, the session store and the limiter each prepare their statements anew for every query; here each is prepared once. */
function keepingStatements(handle: SqliteHandle): SqliteHandle {
  const prepare = handle.prepare.bind(handle);
  const kept = new Map<string, Statement>();
  const prepareOnce = (sql: string): Statement => {
    const statement = kept.get(sql) ?? prepare(sql);
    if (kept.size < KEPT_STATEMENTS) kept.set(sql, statement);
    return statement;
  };
  return Object.assign(handle, { prepare: prepareOnce });
}

/** `sqlite:users.db` → its path, and that of the sessions beside it. */
export function sqlitePaths(databaseUrl: string): { users: string; sessions: string } {
  const users = resolve(databaseUrl.slice("sqlite:".length));
  return { users, sessions: join(dirname(users), "sessions.db") };
}

class TransactionalSqlite extends SqliteDialect {
  readonly #handle: SqliteHandle;
  readonly #locksAtOnce: boolean;
  constructor(handle: SqliteHandle, locksAtOnce: boolean) {
    super({ database: handle });
    this.#handle = handle;
    this.#locksAtOnce = locksAtOnce;
  }
  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }
  override createDriver(): SqliteDriver {
    return new TransactionalDriver(this.#handle, this.#locksAtOnce);
  }
}

/** SQLite undoes a CREATE TABLE with its transaction, though Kysely does not rely on it: a failed migration leaves nothing. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class TransactionalDriver extends SqliteDriver {
  readonly #handle: SqliteHandle;
  readonly #begin: string;
  constructor(handle: SqliteHandle, locksAtOnce: boolean) {
    super({ database: handle });
    this.#handle = handle;
    // SQLite waits for somebody else's lock only where a transaction begins with its own, not where it has read already.
    this.#begin = locksAtOnce ? "begin immediate" : "begin";
  }
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(this.#begin));
  }
  /**
   * On a full or failing disk SQLite undoes the transaction itself (https://sqlite.org/lang_transaction.html §3). Undoing
   * it again would fail, and that error would hide the one that tells an answer of 503 from a bug.
   */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#handle.inTransaction) await super.rollbackTransaction(connection);
  }
}
