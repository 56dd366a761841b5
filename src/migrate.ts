// `npm run migrate [-- up|status|down|copy]`: the tables by hand, and the way from SQLite to PostgreSQL.
import type { Kysely } from "kysely";
import { ConfigurationError, readDatabaseUrl } from "../config/env.ts";
import { copyToPostgres } from "./database/copy.ts";
import { migrateDown, migrateUp, migrationStatus } from "./database/migrate.ts";
import { openUsers } from "./database/open.ts";
import type { Schema } from "./database/schema.ts";
import { prepareProcess } from "./process.ts";

/** What each command does with its arguments, and the lines it prints. */
const commands = new Map<string, (...args: string[]) => Promise<string[]>>([
  [
    "up",
    () => onDatabase(async (db) => told(await migrateUp(db), "Nothing to do: every migration is applied.")),
  ],
  ["down", () => onDatabase(async (db) => told(await migrateDown(db), "Nothing to undo."))],
  ["status", () => onDatabase(async (db) => (await migrationStatus(db)).map(state))],
  ["copy", copy],
]);

prepareProcess();
try {
  const [name = "up", ...args] = process.argv.slice(2);
  const command = commands.get(name);
  if (!command) throw new Error(`Unknown command "${name}". Use up, status, down or copy.`);
  for (const line of await command(...args)) console.log(line);
} catch (error) {
  const lines = error instanceof ConfigurationError ? error.problems : [(error as Error).message];
  for (const line of lines) console.error(line);
  process.exitCode = 1;
}

async function onDatabase(work: (db: Kysely<Schema>) => Promise<string[]>): Promise<string[]> {
  const db = await openUsers(readDatabaseUrl(process.env));
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

/** `copy sqlite:users.db postgres://…`; without the second it is DATABASE_URL, so that no password stands on a command line. */
async function copy(from = "", to?: string): Promise<string[]> {
  const source = readDatabaseUrl({ DATABASE_URL: from });
  const target = readDatabaseUrl(to === undefined ? process.env : { DATABASE_URL: to });
  const copied = await copyToPostgres(source, target);
  return copied.map(({ table, rows }) => `copied  ${rows} ${rows === 1 ? "row" : "rows"} of ${table}`);
}

function told(steps: { name: string; outcome: string }[], nothing: string): string[] {
  return steps.length > 0 ? steps.map(({ name, outcome }) => `${outcome}  ${name}`) : [nothing];
}

function state({ name, appliedAt }: { name: string; appliedAt: Date | undefined }): string {
  return `${appliedAt ? `applied ${appliedAt.toISOString()}` : "pending"}  ${name}`;
}
