// Opens everything the program stores: accounts and mail through Kysely, sessions and limits beside them.
import type { Database as SqliteHandle } from "better-sqlite3";
import type { Kysely, Transaction } from "kysely";
import type { Pool } from "pg";
import type { Schema } from "./schema.ts";
import { openSqliteStorage, openSqliteUsers } from "./sqlite.ts";

/** What a query runs on. Inside a transaction pass its `trx` on: SQLite has one connection, the outer one would wait for ever. */
export type Db = Kysely<Schema> | Transaction<Schema>;

export interface Storage {
  db: Kysely<Schema>;
  shortLived: ShortLived;
  close(): Promise<void>;
}

/**
 * Where sessions and rate limits are kept, for the two libraries that want the driver itself. With SQLite that is a file
 * of its own: deleting it logs everyone out and loses nothing else.
 */
export type ShortLived = { engine: "sqlite"; handle: SqliteHandle } | { engine: "postgres"; pool: Pool };

/** Rejects when a file can't be opened or the server does not answer; the caller says so in one line. */
export async function openStorage(databaseUrl: string): Promise<Storage> {
  if (isSqlite(databaseUrl)) return openSqliteStorage(databaseUrl);
  const { openPostgresStorage } = await import("./postgres.ts");
  return openPostgresStorage(databaseUrl);
}

/** Only what the migrations need: with SQLite, not the file of the sessions. */
export async function openUsers(databaseUrl: string): Promise<Kysely<Schema>> {
  return isSqlite(databaseUrl) ? openSqliteUsers(databaseUrl) : (await openStorage(databaseUrl)).db;
}

function isSqlite(databaseUrl: string): boolean {
  return databaseUrl.startsWith("sqlite:");
}
