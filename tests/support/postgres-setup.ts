// Before the tests that run on PostgreSQL: finds a server (TEST_POSTGRES_URL, or one of our own) and prepares a database
// that every test gets a copy of.
import type { TestProject } from "vitest/node";
import { migrateUp } from "../../src/database/migrate.ts";
import { openUsers } from "../../src/database/open.ts";
import { createDatabase, databaseOn, dropDatabase, MIGRATED } from "./postgres.ts";
import { startCluster } from "./postgres-cluster.ts";

declare module "vitest" {
  interface ProvidedContext {
    postgresServer: string | undefined;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const configured = process.env.TEST_POSTGRES_URL;
  const cluster = configured ? null : await startCluster();
  const server = configured ?? cluster?.url;
  if (!server) throw new Error("no PostgreSQL: set TEST_POSTGRES_URL, or install its server");
  await dropDatabase(server, MIGRATED);
  await createDatabase(server, MIGRATED, "template0");
  const db = await openUsers(databaseOn(server, MIGRATED));
  await migrateUp(db);
  await db.destroy();
  project.provide("postgresServer", server);
  return async () => {
    await dropDatabase(server, MIGRATED);
    await cluster?.remove();
  };
}
