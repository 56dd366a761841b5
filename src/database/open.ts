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

/** For migrations and copies: without the sessions where those are a file, and without limits on how long a query takes. */
export async function openUsers(databaseUrl: string): Promise<Kysely<Schema>> {
  if (isSqlite(databaseUrl)) return openSqliteUsers(databaseUrl);
  const { openPostgresStorage } = await import("./postgres.ts");
  return (await openPostgresStorage(databaseUrl, { patient: true })).db;
}

function isSqlite(databaseUrl: string): boolean {
  return databaseUrl.startsWith("sqlite:");
}
