// Which address of an account its owner has proved; another address is not proved by it.
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("email_verifications")
    .addColumn("user_id", "text", (column) => column.primaryKey().references("users.id").onDelete("cascade"))
    .addColumn("address", "text", (column) => column.notNull())
    .addColumn("verified_at", "bigint", (column) => column.notNull())
    .execute();

  // Accounts that were there before are in use: to be verified at the next login, but never given to somebody else.
  await sql`insert into email_verifications (user_id, address, verified_at) select id, '', 0 from users`.execute(
    db,
  );
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable("email_verifications").execute();
}
