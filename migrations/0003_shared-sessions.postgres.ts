// Sessions and limits in PostgreSQL, where all processes share them; with SQLite they are in a file of their own.
// The columns are those that connect-pg-simple and rate-limiter-flexible expect.
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("sessions")
    .addColumn("sid", "text", (column) => column.primaryKey())
    .addColumn("sess", "json", (column) => column.notNull())
    .addColumn("expire", sql`timestamptz`, (column) => column.notNull())
    .execute();
  await db.schema.createIndex("sessions_expiry").on("sessions").column("expire").execute();

  await db.schema
    .createTable("rate_limits")
    .addColumn("key", "text", (column) => column.primaryKey())
    .addColumn("points", "integer", (column) => column.notNull().defaultTo(0))
    .addColumn("expire", "bigint")
    .execute();
  await db.schema.createIndex("rate_limits_expiry").on("rate_limits").column("expire").execute();
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ["rate_limits", "sessions"]) await db.schema.dropTable(table).execute();
}
