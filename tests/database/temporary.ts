// A users' database of its own, in a real file, for tests of what runs below the pages.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Kysely } from "kysely";
import { onTestFinished } from "vitest";
import { createUser, findUserById, type UserRow } from "../../src/accounts/users.ts";
import { migrateUp } from "../../src/database/migrate.ts";
import { openUsers } from "../../src/database/open.ts";
import type { Schema } from "../../src/database/schema.ts";

/** An empty folder that is deleted when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "auth-flow-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Opened and migrated; a second one on the same folder is what a second process would see. */
export async function temporaryDatabase(folder = temporaryFolder()): Promise<Kysely<Schema>> {
  const db = openUsers(`sqlite:${join(folder, "users.db")}`);
  onTestFinished(() => db.destroy());
  await migrateUp(db);
  return db;
}

/** An account, straight into the table. */
export async function account(
  db: Kysely<Schema>,
  { email = "ada@example.com", passwordHash = "a hash" } = {},
): Promise<UserRow> {
  const id = await createUser(db, { firstName: "Ada", lastName: "Lovelace", email, passwordHash });
  const user = id && (await findUserById(db, id));
  if (!user) throw new Error(`${email} is taken`);
  return user;
}
