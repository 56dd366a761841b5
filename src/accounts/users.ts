// The people: finding, creating and changing them.
import { randomUUID } from "node:crypto";
import type { Selectable } from "kysely";
import type { Db } from "../database/open.ts";
import { prepared, VALUE } from "../database/prepared.ts";
import type { UsersTable } from "../database/schema.ts";
import { canonicalEmail } from "./email-address.ts";

export type UserRow = Selectable<UsersTable>;

export interface NewUser {
  firstName: string;
  lastName: string;
  email: string;
  passwordHash: string;
}

/** Any spelling of the address will do. */
export function findUserByEmail(db: Db, email: string): Promise<UserRow | null> {
  return userByAddress(db, canonicalEmail(email));
}

const userByAddress = prepared<UserRow>((db) =>
  db.selectFrom("users").selectAll().where("email_canonical", "=", VALUE),
);

export const findUserById = prepared<UserRow>((db) =>
  db.selectFrom("users").selectAll().where("id", "=", VALUE),
);

/** Still there, and with the password that was checked? A check takes a while, and much can happen meanwhile. */
export async function isUnchanged(db: Db, user: UserRow): Promise<boolean> {
  return (await findUserById(db, user.id))?.password_hash === user.password_hash;
}

/** The new user's id, or null when the address has an account already; of twenty at once, one gets an id. */
export async function createUser(db: Db, user: NewUser): Promise<string | null> {
  const now = Date.now();
  const id = randomUUID();
  const result = await db
    .insertInto("users")
    .values({
      id,
      first_name: user.firstName,
      last_name: user.lastName,
      email: user.email,
      email_canonical: canonicalEmail(user.email),
      password_hash: user.passwordHash,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.column("email_canonical").doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n ? id : null;
}

/** No password opens the account until its owner chooses a new one by mail. A login costs and answers as ever. */
export async function disablePassword(trx: Db, userId: string): Promise<void> {
  await trx
    .updateTable("users")
    .set({ password_hash: "none", updated_at: Date.now() })
    .where("id", "=", userId)
    .execute();
}

/** Everything a person chose when registering, as if the account had been made only now. */
export async function overwriteUser(trx: Db, userId: string, user: NewUser): Promise<void> {
  await trx
    .updateTable("users")
    .set({
      first_name: user.firstName,
      last_name: user.lastName,
      email: user.email,
      password_hash: user.passwordHash,
      updated_at: Date.now(),
    })
    .where("id", "=", userId)
    .execute();
}

/** False when another account has the address. Call it inside a transaction. */
export async function changeEmail(trx: Db, userId: string, email: string): Promise<boolean> {
  if (await findUserByEmail(trx, email)) return false;
  await trx
    .updateTable("users")
    .set({ email, email_canonical: canonicalEmail(email), updated_at: Date.now() })
    .where("id", "=", userId)
    .execute();
  return true;
}

/** Everything that refers to the account goes with it. */
export async function deleteUser(trx: Db, userId: string): Promise<void> {
  await trx.deleteFrom("users").where("id", "=", userId).execute();
}

export async function changeNames(
  db: Db,
  userId: string,
  names: { firstName: string; lastName: string },
): Promise<void> {
  await db
    .updateTable("users")
    .set({ first_name: names.firstName, last_name: names.lastName, updated_at: Date.now() })
    .where("id", "=", userId)
    .execute();
}

/**
 * Stores a new hash, but only over the one the decision was made on, so that of two changes at once the later to
 * arrive can't undo the other unseen. False when the hash has changed meanwhile.
 */
export async function replacePasswordHash(
  db: Db,
  userId: string,
  change: { from: string; to: string },
): Promise<boolean> {
  const result = await db
    .updateTable("users")
    .set({ password_hash: change.to, updated_at: Date.now() })
    .where("id", "=", userId)
    .where("password_hash", "=", change.from)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
