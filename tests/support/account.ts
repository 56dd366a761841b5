// An account, straight into the table, for tests of what runs below the pages.
import type { Kysely } from "kysely";
import { createUser, findUserById, type UserRow } from "../../src/accounts/users.ts";
import type { Schema } from "../../src/database/schema.ts";

export async function account(
  db: Kysely<Schema>,
  { email = "ada@example.com", passwordHash = "a hash" } = {},
): Promise<UserRow> {
  const id = await createUser(db, { firstName: "Ada", lastName: "Lovelace", email, passwordHash });
  const user = id && (await findUserById(db, id));
  if (!user) throw new Error(`${email} is taken`);
  return user;
}
