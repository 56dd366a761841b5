// Opens everything the program stores: accounts and mail through Kysely, sessions and limits in a file beside them.
import type { Database as SqliteHandle } from "better-sqlite3";
import {
  type DatabaseConnection,
  Kysely,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  type Transaction,
} from "kysely";
import type { Schema } from "./schema.ts";
import { openSqlite, sqlitePaths } from "./sqlite.ts";

/** What a query runs on. Inside a transaction pass its `trx` on: SQLite has one connection, the outer one would wait for ever. */
export type Db = Kysely<Schema> | Transaction<Schema>;

export interface Storage {
  db: Kysely<Schema>;
  /** Short-lived data: sessions and rate limits. Deleting its file logs everyone out and loses nothing else. */
  shortLived: SqliteHandle;
  close(): Promise<void>;
}

/** Throws when a file can't be opened; the caller says so in one line. */
export function openStorage(databaseUrl: string): Storage {
  const paths = sqlitePaths(databaseUrl);
  const db = openUsers(databaseUrl);
  const shortLived = openSqlite(paths.sessions, "NORMAL");
  return {
    db,
    shortLived,
    close: async () => {
      await db.destroy();
      shortLived.close();
    },
  };
}

/** Only the users' database: what the migrations need. */
export function openUsers(databaseUrl: string): Kysely<Schema> {
  const database = openSqlite(sqlitePaths(databaseUrl).users, "FULL");
  return new Kysely<Schema>({ dialect: new TransactionalSqlite(database) });
}

class TransactionalSqlite extends SqliteDialect {
  readonly #handle: SqliteHandle;
  constructor(handle: SqliteHandle) {
    super({ database: handle });
    this.#handle = handle;
  }
  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }
  override createDriver(): SqliteDriver {
    return new TransactionalDriver(this.#handle);
  }
}

/** SQLite undoes a CREATE TABLE with its transaction, though Kysely does not rely on it: a failed migration leaves nothing. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/**
 * On a full or failing disk SQLite undoes the transaction itself (https://sqlite.org/lang_transaction.html §3). Undoing it
 * again would fail, and that error would hide the one that tells an answer of 503 from a bug.
 */
class TransactionalDriver extends SqliteDriver {
  readonly #handle: SqliteHandle;
  constructor(handle: SqliteHandle) {
    super({ database: handle });
    this.#handle = handle;
  }
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#handle.inTransaction) await super.rollbackTransaction(connection);
  }
}
