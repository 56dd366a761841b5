// The few places where the two databases need different words ask here.
import { PostgresAdapter } from "kysely";
import type { Db } from "./open.ts";

export function isPostgres(db: Db): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}
