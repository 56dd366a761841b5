// Brings the tables to the shape the code expects: the files of migrations/, in the order of their numbers, each once.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Kysely, type Migration, type MigrationResultSet, Migrator } from "kysely";
import { isPostgres } from "./engine.ts";
import type { Schema } from "./schema.ts";

// The same two steps up lead to migrations/ from src/database and from dist/src/database.
const MIGRATIONS_FOLDER = join(import.meta.dirname, "../../migrations");

export interface MigrationStep {
  name: string;
  outcome: "applied" | "undone";
}

function migrator(db: Kysely<Schema>): Migrator {
  const getMigrations = () => readMigrations(isPostgres(db));
  return new Migrator({ db, provider: { getMigrations }, allowUnorderedMigrations: true });
}

/** A file named `….postgres.ts` is for PostgreSQL only. */
async function readMigrations(forPostgres: boolean): Promise<Record<string, Migration>> {
  const files = readdirSync(MIGRATIONS_FOLDER)
    .filter((file) => /^\d{4}_[a-z-]+(\.postgres)?\.(ts|js)$/.test(file))
    .filter((file) => forPostgres || !file.includes(".postgres."));
  const modules = files.map(async (file) => {
    const migration: Migration = await import(pathToFileURL(join(MIGRATIONS_FOLDER, file)).href);
    return [file.replace(/(\.postgres)?\.(ts|js)$/, ""), migration] as const;
  });
  return Object.fromEntries(await Promise.all(modules));
}

/** Applies what is pending and returns it. Throws at the first that fails; each runs in a transaction of its own. */
export async function migrateUp(db: Kysely<Schema>): Promise<MigrationStep[]> {
  return steps(await migrator(db).migrateToLatest(), "applied");
}

/** Undoes the newest one; its tables' data is gone with it. */
export async function migrateDown(db: Kysely<Schema>): Promise<MigrationStep[]> {
  return steps(await migrator(db).migrateDown(), "undone");
}

export async function migrationStatus(
  db: Kysely<Schema>,
): Promise<{ name: string; appliedAt: Date | undefined }[]> {
  const migrations = await migrator(db).getMigrations();
  return migrations.map(({ name, executedAt }) => ({ name, appliedAt: executedAt }));
}

export async function pendingMigrations(db: Kysely<Schema>): Promise<string[]> {
  return (await migrationStatus(db)).filter(({ appliedAt }) => !appliedAt).map(({ name }) => name);
}

function steps(
  { error, results = [] }: MigrationResultSet,
  outcome: MigrationStep["outcome"],
): MigrationStep[] {
  const failed = results.find(({ status }) => status === "Error");
  if (error)
    throw new Error(`Migration ${failed?.migrationName ?? ""} failed: ${String(error)}`, { cause: error });
  return results.map(({ migrationName }) => ({ name: migrationName, outcome }));
}
