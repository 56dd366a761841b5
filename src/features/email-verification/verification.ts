// Which accounts have proved their address.
//
// An account is verified when two proofs meet in one browser: the link that was mailed to the address, and the password.
// The link alone would not do: somebody may have registered your address with a password of theirs, and your click, out
// of curiosity, would open the account for them (pre-hijacking; docs/accounts.md has the whole argument).
import { findUserById, type UserRow } from "../../accounts/users.ts";
import type { Db } from "../../database/open.ts";

declare module "../../database/schema.ts" {
  interface Schema {
    email_verifications: { user_id: string; address: string; verified_at: number };
  }
}

export async function isVerified(db: Db, user: UserRow): Promise<boolean> {
  const row = await db
    .selectFrom("email_verifications")
    .select("user_id")
    .where("user_id", "=", user.id)
    .where("address", "=", user.email_canonical)
    .executeTakeFirst();
  return row !== undefined;
}

/** Nobody has proved the address or used the account: whoever registers it again may have it. */
export async function isUntouched(db: Db, user: UserRow): Promise<boolean> {
  const row = await db
    .selectFrom("email_verifications")
    .select("user_id")
    .where("user_id", "=", user.id)
    .executeTakeFirst();
  return row === undefined;
}

/** Where accounts can be used before they are verified: this one is somebody's, whatever its address. */
export async function markInUse(trx: Db, userId: string): Promise<void> {
  await trx
    .insertInto("email_verifications")
    .values({ user_id: userId, address: "", verified_at: 0 })
    .onConflict((conflict) => conflict.column("user_id").doNothing())
    .execute();
}

/** Of the address the account has now. */
export async function markVerified(trx: Db, userId: string): Promise<void> {
  const user = await findUserById(trx, userId);
  if (!user) return;
  const proof = { address: user.email_canonical, verified_at: Date.now() };
  await trx
    .insertInto("email_verifications")
    .values({ user_id: userId, ...proof })
    .onConflict((conflict) => conflict.column("user_id").doUpdateSet(proof))
    .execute();
}
