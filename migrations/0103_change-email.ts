// Addresses that wait to be confirmed, and the way back after a change.
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("email_changes")
    .addColumn("user_id", "text", (column) => column.primaryKey().references("users.id").onDelete("cascade"))
    .addColumn("new_email", "text", (column) => column.notNull())
    .addColumn("requested_at", "bigint", (column) => column.notNull())
    .execute();

  await db.schema
    .createTable("email_undos")
    .addColumn("token_hash", "text", (column) => column.primaryKey())
    .addColumn("user_id", "text", (column) => column.notNull().references("users.id").onDelete("cascade"))
    .addColumn("old_email", "text", (column) => column.notNull())
    .addColumn("old_canonical", "text", (column) => column.notNull())
    .addColumn("requested_at", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("email_undos_user").on("email_undos").column("user_id").execute();
  await db.schema.createIndex("email_undos_address").on("email_undos").column("old_canonical").execute();
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ["email_undos", "email_changes"]) await db.schema.dropTable(table).execute();
}
