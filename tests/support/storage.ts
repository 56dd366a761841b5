// The database under test: SQLite files, or PostgreSQL where vitest.config.ts gives us a server. Each test has its own.
import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Kysely } from "kysely";
import { inject, onTestFinished } from "vitest";
import { migrateUp } from "../../src/database/migrate.ts";
import { openStorage, openUsers, type Storage } from "../../src/database/open.ts";
import type { Schema } from "../../src/database/schema.ts";
import { createDatabase, databaseOn, dropDatabase, emptied, MIGRATED, type Template } from "./postgres.ts";

/** An empty folder that is deleted when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "auth-flow-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Set where the tests run on PostgreSQL: the server, with the name of a database that can be connected to. */
export const postgresServer = inject("postgresServer");

const databasesOfFolders = new Map<string, Promise<string>>();

/**
 * What DATABASE_URL is for the installation in a folder; asked twice for the same folder it names the same database. The
 * tables are there already, unless it is to be empty ("template0").
 */
export async function databaseUrlIn(folder: string, template: Template = MIGRATED): Promise<string> {
  if (!postgresServer) {
    const file = join(folder, "users.db");
    if (template === MIGRATED && !existsSync(file)) writeFileSync(file, await migratedFile());
    return `sqlite:${file}`;
  }
  if (!databasesOfFolders.has(folder)) databasesOfFolders.set(folder, newDatabase(postgresServer, template));
  return String(await databasesOfFolders.get(folder));
}

let migrated: Promise<Buffer> | undefined;

/** A users.db with its tables: making them takes longer than most tests. */
function migratedFile(): Promise<Buffer> {
  migrated ??= (async () => {
    const folder = mkdtempSync(join(tmpdir(), "auth-flow-migrated-"));
    const db = await openUsers(`sqlite:${join(folder, "users.db")}`);
    await migrateUp(db);
    await db.destroy();
    const bytes = readFileSync(join(folder, "users.db"));
    rmSync(folder, { recursive: true });
    return bytes;
  })();
  return migrated;
}

/** Databases that earlier tests have left as they found them: making one takes longer than most tests. */
const freeDatabases: string[] = [];

async function newDatabase(server: string, template: Template): Promise<string> {
  const free = template === MIGRATED ? freeDatabases.pop() : undefined;
  const name = free ?? `test_${randomUUID().replaceAll("-", "")}`;
  if (!free) await createDatabase(server, name, template);
  onTestFinished(async () => {
    if (template === MIGRATED && (await emptied(server, name))) freeDatabases.push(name);
    else await dropDatabase(server, name);
  });
  return databaseOn(server, name);
}

/** Opened and migrated; a second one in the same folder is what a second process would see. */
export async function temporaryStorage(folder = temporaryFolder()): Promise<Storage> {
  const storage = await openStorage(await databaseUrlIn(folder));
  onTestFinished(() => storage.close().catch(() => {}));
  await migrateUp(storage.db);
  return storage;
}

/** Only the accounts' part of it. */
export async function temporaryDatabase(folder = temporaryFolder()): Promise<Kysely<Schema>> {
  const db = await openUsers(await databaseUrlIn(folder));
  onTestFinished(() => db.destroy());
  await migrateUp(db);
  return db;
}

/** Runs plain SQL where sessions and limits are kept, and gives its rows. */
export async function inShortLived<Row>({ shortLived }: Storage, sql: string): Promise<Row[]> {
  if (shortLived.engine === "postgres") return (await shortLived.pool.query(sql)).rows as Row[];
  const statement = shortLived.handle.prepare(sql);
  if (statement.reader) return statement.all() as Row[];
  statement.run();
  return [];
}
