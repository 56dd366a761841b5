// The way back: whoever reads the old address's mail can undo a change for a week, whatever has been changed since.

import { policy } from "../../../config/policy.ts";
import { canonicalEmail } from "../../accounts/email-address.ts";
import { endLogins } from "../../accounts/sessions.ts";
import { deleteTokens, newToken } from "../../accounts/tokens.ts";
import { changeEmail, findUserById } from "../../accounts/users.ts";
import type { Db } from "../../database/open.ts";

interface EmailUndosTable {
  token_hash: string;
  user_id: string;
  old_email: string;
  old_canonical: string;
  expires_at: number;
}

declare module "../../database/schema.ts" {
  interface Schema {
    email_undos: EmailUndosTable;
  }
}

export interface Undo {
  userId: string;
  oldEmail: string;
}

/**
 * A token, in clear, for the mail to the old address. Kept apart from the other tokens: a new password or address kills
 * those, and a thief who changes both must not kill this one.
 */
export async function createUndo(trx: Db, userId: string, oldEmail: string): Promise<string> {
  const { token, tokenHash } = newToken();
  const expires_at = Date.now() + policy.undoEmailChangeLifetimeDays * 86_400_000;
  const old = { old_email: oldEmail, old_canonical: canonicalEmail(oldEmail) };
  await trx
    .insertInto("email_undos")
    .values({ token_hash: tokenHash, user_id: userId, ...old, expires_at })
    .execute();
  return token;
}

export async function findUndo(db: Db, tokenHash: string): Promise<Undo | null> {
  const row = await db
    .selectFrom("email_undos")
    .select(["user_id", "old_email"])
    .where("token_hash", "=", tokenHash)
    .where("expires_at", ">", Date.now())
    .executeTakeFirst();
  return row ? { userId: row.user_id, oldEmail: row.old_email } : null;
}

/** Puts the old address back and ends every login and every link of the account. Null for a spent link. In a transaction. */
export async function undoChange(trx: Db, tokenHash: string): Promise<Undo | null> {
  const undo = await findUndo(trx, tokenHash);
  const user = undo && (await findUserById(trx, undo.userId));
  if (!undo || !user) return null;
  const isBack =
    user.email_canonical === canonicalEmail(undo.oldEmail) ||
    (await changeEmail(trx, user.id, undo.oldEmail));
  if (!isBack) return null;
  await trx.deleteFrom("email_undos").where("user_id", "=", user.id).execute();
  await deleteTokens(trx, user.id);
  await endLogins(trx, user.id);
  return undo;
}

/** An address that somebody may still want back belongs to nobody else meanwhile, or the undo would come too late. */
export async function isKeptForItsOwner(db: Db, address: string, exceptUserId = ""): Promise<boolean> {
  const row = await db
    .selectFrom("email_undos")
    .select("user_id")
    .where("old_canonical", "=", address)
    .where("user_id", "!=", exceptUserId)
    .where("expires_at", ">", Date.now())
    .executeTakeFirst();
  return row !== undefined;
}

export async function purgeUndos(db: Db): Promise<void> {
  await db.deleteFrom("email_undos").where("expires_at", "<=", Date.now()).execute();
}
