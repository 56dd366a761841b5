// Another process that writes into the file of the sessions, and so keeps everybody else from it.
import { join } from "node:path";
import BetterSqlite from "better-sqlite3";
import { onTestFinished } from "vitest";
import type { TestApp } from "./app.ts";

/** Until the test is over, or what is returned is called. Only with SQLite. */
export function sessionsLocked({ folder }: TestApp): () => void {
  const other = new BetterSqlite(join(folder, "sessions.db"));
  other.exec("BEGIN EXCLUSIVE");
  onTestFinished(() => void other.close());
  return () => void other.exec("ROLLBACK");
}
