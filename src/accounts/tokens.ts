// One-time links: 256 random bits, stored only as a hash, bound to a purpose, a user and the address they were mailed to.
import { createHash, randomBytes } from "node:crypto";
import { latestMoment } from "../database/moments.ts";
import type { Db } from "../database/open.ts";
import type { Purge } from "../database/purge.ts";
import { findUserById, type UserRow } from "./users.ts";

const TOKEN = /^[A-Za-z0-9_-]{43}$/;

interface TokenUse {
  userId: string;
  address: string;
}

interface NewToken {
  purpose: string;
  userId: string;
  address: string;
  lifetimeMinutes: number;
}

/** What is stored and compared; null for what can't be one of our tokens. */
export function tokenHashOf(token: string): string | null {
  return TOKEN.test(token) ? digest(token) : null;
}

/** A token in clear, to go into one mail and nowhere else, and the hash to store. */
export function newToken(): { token: string; tokenHash: string } {
  const token = randomBytes(32).toString("base64url");
  return { token, tokenHash: digest(token) };
}

/** A stored token, in clear. It kills the user's older ones of the same purpose. */
export async function createToken(
  db: Db,
  { purpose, userId, address, lifetimeMinutes }: NewToken,
): Promise<string> {
  const { token, tokenHash } = newToken();
  const now = Date.now();
  await deleteTokens(db, userId, purpose);
  await db
    .insertInto("tokens")
    .values({
      token_hash: tokenHash,
      purpose,
      user_id: userId,
      address,
      created_at: now,
      expires_at: now + lifetimeMinutes * 60_000,
    })
    .execute();
  return token;
}

/** Looks without using it up: what a page may show before the person presses its button. */
export async function findToken(db: Db, purpose: string, tokenHash: string): Promise<TokenUse | null> {
  const row = await db
    .selectFrom("tokens")
    .select(["user_id", "address"])
    .where("token_hash", "=", tokenHash)
    .where("purpose", "=", purpose)
    .where("expires_at", ">", Date.now())
    .where("created_at", "<=", latestMoment(Date.now()))
    .executeTakeFirst();
  return row ? { userId: row.user_id, address: row.address } : null;
}

/** Uses it up, in one statement: of twenty at once, one gets the value and the others null. */
export async function consumeToken(db: Db, purpose: string, tokenHash: string): Promise<TokenUse | null> {
  const row = await db
    .deleteFrom("tokens")
    .where("token_hash", "=", tokenHash)
    .where("purpose", "=", purpose)
    .where("expires_at", ">", Date.now())
    .where("created_at", "<=", latestMoment(Date.now()))
    .returning(["user_id", "address"])
    .executeTakeFirst();
  return row ? { userId: row.user_id, address: row.address } : null;
}

/** The account a token was mailed to, as long as it still has that address. */
export async function accountOfToken(db: Db, use: TokenUse | null): Promise<UserRow | null> {
  const user = use && (await findUserById(db, use.userId));
  return user?.email_canonical === use?.address ? user : null;
}

/** Of one purpose, or (after a new password or address) all of them. */
export async function deleteTokens(db: Db, userId: string, purpose?: string): Promise<void> {
  let query = db.deleteFrom("tokens").where("user_id", "=", userId);
  if (purpose) query = query.where("purpose", "=", purpose);
  await query.execute();
}

export const purgeTokens: Purge = (db, limit) => {
  const expired = db.selectFrom("tokens").select("token_hash").where("expires_at", "<=", Date.now());
  return db.deleteFrom("tokens").where("token_hash", "in", expired.limit(limit)).executeTakeFirst();
};

function digest(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
