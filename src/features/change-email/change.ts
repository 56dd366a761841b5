// A change of address: asked for, and confirmed by the new one. A link only ever confirms the address it was mailed to.
import { policy } from "../../../config/policy.ts";
import { canonicalEmail } from "../../accounts/email-address.ts";
import { consumeToken, deleteTokens, findToken } from "../../accounts/tokens.ts";
import { changeEmail, findUserById, type UserRow } from "../../accounts/users.ts";
import type { Db } from "../../database/open.ts";
import type { Purge } from "../../database/purge.ts";
import { isKeptForItsOwner } from "./undo.ts";

export const CONFIRM_PURPOSE = "confirm-email";

declare module "../../database/schema.ts" {
  interface Schema {
    email_changes: { user_id: string; new_email: string; requested_at: number };
  }
}

/** Replaces one that was asked for before; its link is dead. Call it inside a transaction. */
export async function requestChange(trx: Db, userId: string, newEmail: string): Promise<void> {
  const change = { new_email: newEmail, requested_at: Date.now() };
  await deleteTokens(trx, userId, CONFIRM_PURPOSE);
  await trx
    .insertInto("email_changes")
    .values({ user_id: userId, ...change })
    .onConflict((conflict) => conflict.column("user_id").doUpdateSet(change))
    .execute();
}

export async function pendingEmail(db: Db, userId: string): Promise<string | null> {
  const row = await db
    .selectFrom("email_changes")
    .select("new_email")
    .where("user_id", "=", userId)
    .executeTakeFirst();
  return row?.new_email ?? null;
}

export async function cancelChange(trx: Db, userId: string): Promise<void> {
  await deleteTokens(trx, userId, CONFIRM_PURPOSE);
  await trx.deleteFrom("email_changes").where("user_id", "=", userId).execute();
}

export const purgeChanges: Purge = (db, limit) => {
  const oldest = Date.now() - 2 * policy.confirmEmailLinkLifetimeHours * 3_600_000;
  const forgotten = db.selectFrom("email_changes").select("user_id").where("requested_at", "<", oldest);
  return db.deleteFrom("email_changes").where("user_id", "in", forgotten.limit(limit)).executeTakeFirst();
};

/** What a link would confirm, or null when it is spent or the person has asked for another address since. */
export async function changeOfLink(
  db: Db,
  tokenHash: string,
): Promise<{ oldEmail: string; newEmail: string } | null> {
  const use = await findToken(db, CONFIRM_PURPOSE, tokenHash);
  const newEmail = use && (await awaited(db, use));
  const user = use && (await findUserById(db, use.userId));
  return user && newEmail ? { oldEmail: user.email, newEmail } : null;
}

/** The user as they were before; null when the link is spent, or the address was taken meanwhile. Inside a transaction. */
export async function confirmChange(
  trx: Db,
  tokenHash: string,
): Promise<{ user: UserRow; newEmail: string } | null> {
  const use = await consumeToken(trx, CONFIRM_PURPOSE, tokenHash);
  const newEmail = use && (await awaited(trx, use));
  const user = use && (await findUserById(trx, use.userId));
  if (!user || !newEmail || (await isKeptForItsOwner(trx, canonicalEmail(newEmail), user.id))) return null;
  if (!(await changeEmail(trx, user.id, newEmail))) return null;
  await deleteTokens(trx, user.id);
  await cancelChange(trx, user.id);
  return { user, newEmail };
}

/** The new address as typed, if it is the one the token was mailed to. */
async function awaited(db: Db, use: { userId: string; address: string }): Promise<string | null> {
  const email = await pendingEmail(db, use.userId);
  return email !== null && canonicalEmail(email) === use.address ? email : null;
}
