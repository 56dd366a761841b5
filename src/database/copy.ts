// Moves an installation from SQLite to PostgreSQL: every row of every table, whole or not at all.
import { existsSync } from "node:fs";
import type { Database as SqliteHandle } from "better-sqlite3";
import { type Kysely, sql, type Transaction } from "kysely";
import { copyRows, type Row } from "./copy-rows.ts";
import { migrateUp, pendingMigrations } from "./migrate.ts";
import { openStorage, openUsers } from "./open.ts";
import type { Schema } from "./schema.ts";
import { sqlitePaths } from "./sqlite.ts";

export interface CopiedTable {
  table: string;
  rows: number;
}

/**
 * Rejects with one sentence, and with nothing in the target, when the source is not there or not up to date, when the
 * target has rows, or when anything fails on the way. Until it is done nobody can write to the source.
 */
export async function copyToPostgres(from: string, to: string): Promise<CopiedTable[]> {
  if (!from.startsWith("sqlite:") || to.startsWith("sqlite:"))
    throw new Error("Only a copy from sqlite:PATH to postgres://… is possible.");
  if (!existsSync(sqlitePaths(from).users)) throw new Error(`There is no file ${sqlitePaths(from).users}.`);
  const source = await openStorage(from);
  try {
    if (source.shortLived.engine !== "sqlite" || (await pendingMigrations(source.db)).length > 0)
      throw new Error("The source is not up to date. Run npm run migrate on it first.");
    return await copyInto(to, source.db, source.shortLived.handle);
  } finally {
    await source.close();
  }
}

async function copyInto(to: string, people: Kysely<Schema>, sessions: SqliteHandle): Promise<CopiedTable[]> {
  const target = await openUsers(to);
  try {
    await migrateUp(target);
    return await people.transaction().execute(async (reading) => {
      // A statement that would write keeps other writers out until we are done; the second file is locked beside it.
      await sql`delete from users where 1 = 0`.execute(reading);
      return await whileLocked(sessions, () =>
        target.transaction().execute((writing) => copyTables(reading, sessions, writing)),
      );
    });
  } finally {
    await target.destroy();
  }
}

async function whileLocked<Result>(file: SqliteHandle, work: () => Promise<Result>): Promise<Result> {
  file.exec("BEGIN IMMEDIATE");
  try {
    return await work();
  } finally {
    file.exec("ROLLBACK");
  }
}

async function copyTables(
  reading: Transaction<Schema>,
  sessions: SqliteHandle,
  writing: Transaction<Schema>,
): Promise<CopiedTable[]> {
  const copied: CopiedTable[] = [];
  const copy = async (table: string, rows: AsyncIterable<Row> | Iterable<Row>) =>
    void copied.push({ table, rows: await copyRows(writing, table, rows) });

  for (const table of await parentsFirst(reading)) {
    const query = reading.selectFrom(table as "users").selectAll();
    await copy(table, query.stream());
  }
  await copy("sessions", asSharedSessions(rowsOf(sessions, "sessions")));
  await copy("rate_limits", rowsOf(sessions, "rate_limits"));
  return copied;
}

/** Tables in an order in which each comes after those its rows refer to. */
async function parentsFirst(db: Transaction<Schema>): Promise<string[]> {
  const waiting = new Map<string, string[]>();
  for (const { name } of await db.introspection.getTables()) {
    const foreignKeys = sql<{ table: string }>`select "table" from pragma_foreign_key_list(${name})`;
    const parents = (await foreignKeys.execute(db)).rows.map(({ table }) => table);
    waiting.set(
      name,
      parents.filter((parent) => parent !== name),
    );
  }
  const order: string[] = [];
  while (waiting.size > 0) {
    const [next] = [...waiting].find(([, parents]) => !parents.some((parent) => waiting.has(parent))) ?? [];
    if (!next) throw new Error(`These tables refer to each other in a circle: ${[...waiting.keys()]}.`);
    waiting.delete(next);
    order.push(next);
  }
  return order;
}

/** Nothing where the program has never run, and so has made no table. */
function rowsOf(file: SqliteHandle, table: string): Iterable<Row> {
  const exists = file.prepare("SELECT 1 FROM sqlite_master WHERE name = ?").get(table) !== undefined;
  return exists ? (file.prepare(`SELECT * FROM ${table}`).iterate() as Iterable<Row>) : [];
}

/** In the columns of connect-pg-simple. A row that can't be read is no session there either, and is left out. */
function* asSharedSessions(rows: Iterable<Row>): Iterable<Row> {
  for (const { sid, sess, expired } of rows)
    if (isJson(String(sess))) yield { sid, sess, expire: new Date(Number(expired)) };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
