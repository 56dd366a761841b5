// `npm run migrate [-- up|status|down]`: the tables by hand, for operators who set MIGRATE_ON_START=false.
import type { Kysely } from "kysely";
import { ConfigurationError, readDatabaseUrl } from "../config/env.ts";
import { migrateDown, migrateUp, migrationStatus } from "./database/migrate.ts";
import { openUsers } from "./database/open.ts";
import type { Schema } from "./database/schema.ts";
import { prepareProcess } from "./process.ts";

/** What each command does, and the lines it prints. */
const commands = new Map<string, (db: Kysely<Schema>) => Promise<string[]>>([
  ["up", async (db) => told(await migrateUp(db), "Nothing to do: every migration is applied.")],
  ["down", async (db) => told(await migrateDown(db), "Nothing to undo.")],
  ["status", async (db) => (await migrationStatus(db)).map(state)],
]);

prepareProcess();
try {
  const name = process.argv[2] ?? "up";
  const command = commands.get(name);
  if (!command) throw new Error(`Unknown command "${name}". Use up, status or down.`);
  const db = await openUsers(readDatabaseUrl(process.env));
  for (const line of await command(db)) console.log(line);
  await db.destroy();
} catch (error) {
  const lines = error instanceof ConfigurationError ? error.problems : [(error as Error).message];
  for (const line of lines) console.error(line);
  process.exitCode = 1;
}

function told(steps: { name: string; outcome: string }[], nothing: string): string[] {
  return steps.length > 0 ? steps.map(({ name, outcome }) => `${outcome}  ${name}`) : [nothing];
}

function state({ name, appliedAt }: { name: string; appliedAt: Date | undefined }): string {
  return `${appliedAt ? `applied ${appliedAt.toISOString()}` : "pending"}  ${name}`;
}
