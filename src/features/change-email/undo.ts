// The way back: whoever reads the old address's mail can undo a change for a week, whatever has been changed since.

import { policy } from "../../../config/policy.ts";
import { canonicalEmail } from "../../accounts/email-address.ts";
import { endLogins } from "../../accounts/sessions.ts";
import { deleteTokens, newToken } from "../../accounts/tokens.ts";
import { changeEmail, disablePassword, findUserById } from "../../accounts/users.ts";
import { latestMoment } from "../../database/moments.ts";
import type { Db } from "../../database/open.ts";
import type { Purge } from "../../database/purge.ts";

const LIFETIME_MS = policy.undoEmailChangeLifetimeDays * 86_400_000;

interface EmailUndosTable {
  token_hash: string;
  user_id: string;
  old_email: string;
  old_canonical: string;
  requested_at: number;
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
  requestedAt: number;
}

/**
 * A token, in clear, for the mail to the old address. Kept apart from the other tokens: a new password or address kills
 * those, and a thief who changes both must not kill this one.
 */
export async function createUndo(trx: Db, { userId, oldEmail, requestedAt }: Undo): Promise<string> {
  const { token, tokenHash } = newToken();
  const expires_at = Date.now() + LIFETIME_MS;
  const old = { old_email: oldEmail, old_canonical: canonicalEmail(oldEmail) };
  await trx
    .insertInto("email_undos")
    .values({ token_hash: tokenHash, user_id: userId, ...old, requested_at: requestedAt, expires_at })
    .execute();
  return token;
}

/** Those whose time is not over, nor was written by a clock that was ahead: such a link would live too long. */
function living(db: Db) {
  const now = Date.now();
  return db
    .selectFrom("email_undos")
    .select(["user_id", "old_email", "requested_at"])
    .where("expires_at", ">", now)
    .where("expires_at", "<=", latestMoment(now) + LIFETIME_MS);
}

export async function findUndo(db: Db, tokenHash: string): Promise<Undo | null> {
  const row = await living(db).where("token_hash", "=", tokenHash).executeTakeFirst();
  return row ? { userId: row.user_id, oldEmail: row.old_email, requestedAt: row.requested_at } : null;
}

/**
 * Puts the old address back and ends every login, every link and the password: whoever could change the address knew it,
 * and would be in again before its owner has read the next mail. Null for a spent link. Call it inside a transaction.
 */
export async function undoChange(trx: Db, tokenHash: string): Promise<Undo | null> {
  const undo = await findUndo(trx, tokenHash);
  const user = undo && (await findUserById(trx, undo.userId));
  if (!undo || !user) return null;
  const isBack =
    user.email_canonical === canonicalEmail(undo.oldEmail) ||
    (await changeEmail(trx, user.id, undo.oldEmail));
  if (!isBack) return null;
  // Only what came later falls with it: an older link leads further back, and a thief must not be able to kill it by
  // undoing a change of their own.
  await trx
    .deleteFrom("email_undos")
    .where("user_id", "=", user.id)
    .where("requested_at", ">=", undo.requestedAt)
    .execute();
  await deleteTokens(trx, user.id);
  await endLogins(trx, user.id);
  await disablePassword(trx, user.id);
  return undo;
}

/** An address that somebody may still want back belongs to nobody else meanwhile, or the undo would come too late. */
export async function isKeptForItsOwner(db: Db, address: string, exceptUserId = ""): Promise<boolean> {
  const others = living(db).where("old_canonical", "=", address).where("user_id", "!=", exceptUserId);
  return (await others.executeTakeFirst()) !== undefined;
}

export const purgeUndos: Purge = (db, limit) => {
  const expired = db.selectFrom("email_undos").select("token_hash").where("expires_at", "<=", Date.now());
  return db.deleteFrom("email_undos").where("token_hash", "in", expired.limit(limit)).executeTakeFirst();
};
