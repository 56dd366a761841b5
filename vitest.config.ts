import { defineConfig } from "vitest/config";
import type { ProjectConfig } from "vitest/node";
import { postgresBinaries } from "./tests/support/postgres-binaries.ts";

// What runs on PostgreSQL too: everything that opens a database. The rest is the same there.
const WITH_DATABASE = [
  ...["accounts", "database", "features", "faults", "fuzz", "journeys", "mail", "server", "sign-in", "web"],
].map((folder) => `tests/${folder}/**/*.test.ts`);

const hasPostgres = process.env.TEST_POSTGRES_URL !== undefined || postgresBinaries() !== null;
if (!hasPostgres)
  console.warn("PostgreSQL is not installed and TEST_POSTGRES_URL is not set: its tests are skipped.");

const sqlite = project(0, { name: "sqlite", include: ["tests/**/*.test.ts"] });
const postgres = project(1, {
  name: "postgres",
  include: WITH_DATABASE,
  globalSetup: "tests/support/postgres-setup.ts",
});

/** One after the other: a worker that goes from one to the other loads everything anew. */
function project(groupOrder: number, test: ProjectConfig) {
  // Tests start servers of their own; nothing is shared between files, so their order does not matter.
  const sequence = { groupOrder, shuffle: { files: true, tests: false } };
  return { extends: true as const, test: { ...test, sequence } };
}

export default defineConfig({
  test: {
    globalSetup: ["tests/support/run-folder.ts"],
    // Every test starts an app of its own, so files need no walls between them, and both cores can work.
    isolate: false,
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    projects: hasPostgres ? [sqlite, postgres] : [sqlite],
  },
});
