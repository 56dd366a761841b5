// Queries that every request or login makes are put into words once: for Kysely that is more work than for SQLite the answer.
import type { Compilable, CompiledQuery, DialectAdapter } from "kysely";
import type { Db } from "./open.ts";

/** Stands in `build` where the value of the query goes. */
export const VALUE = "";

/** A query with one value, which is text; answers the first row, or null. */
export function prepared<Row extends object>(build: (db: Db) => Compilable<Row>) {
  const queries = new WeakMap<DialectAdapter, CompiledQuery<Row>>();
  return async (db: Db, value: string): Promise<Row | null> => {
    const { adapter } = db.getExecutor();
    const query = queries.get(adapter) ?? build(db).compile();
    queries.set(adapter, query);
    const answer = await db.executeQuery<Row>({ ...query, parameters: [value] });
    return answer.rows[0] ?? null;
  };
}
