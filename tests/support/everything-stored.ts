// All that the program has stored, for tests of what must not be in it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestApp } from "./app.ts";
import { inShortLived } from "./storage.ts";

/** Every row of every table, as "table: {…}". */
export async function everyRow({ storage }: TestApp): Promise<string[]> {
  const tables = (await storage.db.introspection.getTables()).map(({ name }) => name);
  const accounts = tables.map(async (name) => {
    const rows = await storage.db
      .selectFrom(name as "users")
      .selectAll()
      .execute();
    return rows.map((row) => `${name}: ${JSON.stringify(row)}`);
  });
  const shortLived = ["sessions", "rate_limits"].map(async (name) => {
    const rows = await inShortLived(storage, `SELECT * FROM ${name}`);
    return rows.map((row) => `${name}: ${JSON.stringify(row)}`);
  });
  return [...new Set((await Promise.all([...accounts, ...shortLived])).flat())];
}

/** The same as one text and, where the program keeps files, every byte of them: also what was deleted there. */
export async function everythingStored(app: TestApp): Promise<string> {
  const files = readdirSync(app.folder).map((file) => readFileSync(join(app.folder, file), "latin1"));
  return [...(await everyRow(app)), ...files].join("\n");
}
