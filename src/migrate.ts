// `npm run migrate [-- up|status|down]`: the tables by hand, for operators who set MIGRATE_ON_START=false.
import { ConfigurationError, readDatabaseUrl } from "../config/env.ts";
import { migrateDown, migrateUp, migrationStatus } from "./database/migrate.ts";
import { openUsers } from "./database/open.ts";
import { prepareProcess } from "./process.ts";

prepareProcess();
const command = process.argv[2] ?? "up";

try {
  const db = openUsers(readDatabaseUrl(process.env));
  if (command === "up") report(await migrateUp(db), "Nothing to do: every migration is applied.");
  else if (command === "down") report(await migrateDown(db), "Nothing to undo.");
  else if (command === "status")
    for (const { name, appliedAt } of await migrationStatus(db))
      console.log(`${appliedAt ? `applied ${appliedAt.toISOString()}` : "pending"}  ${name}`);
  else fail([`Unknown command "${command}". Use up, status or down.`]);
  await db.destroy();
} catch (error) {
  fail(
    error instanceof ConfigurationError
      ? error.problems
      : [`The migration stopped: ${(error as Error).message}`],
  );
}

function report(steps: { name: string; outcome: string }[], nothing: string): void {
  for (const { name, outcome } of steps) console.log(`${outcome}  ${name}`);
  if (steps.length === 0) console.log(nothing);
}

function fail(lines: string[]): void {
  for (const line of lines) console.error(line);
  process.exitCode = 1;
}
