// The rules of a reset: what a link opens, and what a new password ends.

import type { Kysely } from "kysely";
import { endLogins } from "../../accounts/sessions.ts";
import { accountOfToken, consumeToken, deleteTokens, findToken } from "../../accounts/tokens.ts";
import { replacePasswordHash, type UserRow } from "../../accounts/users.ts";
import type { Db } from "../../database/open.ts";
import type { Schema } from "../../database/schema.ts";
import { inTransaction } from "../../database/transaction.ts";

export const RESET_PURPOSE = "password-reset";

/** Whose password a link may reset, or null when it is spent, expired, or was mailed to an address they no longer have. */
export async function accountOfLink(db: Db, tokenHash: string | null | undefined): Promise<UserRow | null> {
  return tokenHash ? accountOfToken(db, await findToken(db, RESET_PURPOSE, tokenHash)) : null;
}

/**
 * Uses the link up, stores the new password and ends every login and every other link of the account. Null when the
 * link was used up by somebody else meanwhile. `alsoRecord` runs in the same transaction.
 */
export async function setNewPassword(
  db: Kysely<Schema>,
  tokenHash: string,
  passwordHash: string,
  alsoRecord: (trx: Db, user: UserRow) => Promise<void>,
): Promise<UserRow | null> {
  return inTransaction(db, async (trx) => {
    const user = await accountOfToken(trx, await consumeToken(trx, RESET_PURPOSE, tokenHash));
    if (!user) return null;
    await replacePasswordHash(trx, user.id, { from: user.password_hash, to: passwordHash });
    await deleteTokens(trx, user.id);
    await endLogins(trx, user.id);
    await alsoRecord(trx, user);
    return user;
  });
}
