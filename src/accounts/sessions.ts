// Logins: one row for each place a user is logged in. The row decides; the browser's session only carries its id.
import { randomUUID } from "node:crypto";
import type { Kysely } from "kysely";
import { policy } from "../../config/policy.ts";
import { latestMoment } from "../database/moments.ts";
import type { Db } from "../database/open.ts";
import { prepared, VALUE } from "../database/prepared.ts";
import type { Purge } from "../database/purge.ts";
import type { Schema } from "../database/schema.ts";
import { withoutTheDisk } from "../database/transaction.ts";
import { isStorageTrouble } from "../database/trouble.ts";
import { isAlive, type LoginLimits, loginLifetimeMs, touchAfterMs } from "./login-limits.ts";
import { isUnchanged, type UserRow } from "./users.ts";

export interface CurrentLogin {
  id: string;
  method: string;
  remembered: boolean;
  startedAt: number;
  /** When the password was last typed, in milliseconds. */
  confirmedAt: number;
}

/** The person behind a request, as every handler sees them in req.user. */
export interface CurrentUser {
  id: string;
  firstName: string;
  lastName: string;
  email: string;
  login: CurrentLogin;
}

export interface NewLogin {
  user: UserRow;
  method: string;
  remembered: boolean;
  ip: string;
  userAgent: string;
}

/**
 * The new login's id, or null when the account was deleted or its password changed while this login was under way:
 * otherwise somebody with the old password could slip in just after the change that was meant to shut them out.
 * Call it inside a transaction.
 */
export async function startLogin(trx: Db, login: NewLogin, limits: LoginLimits): Promise<string | null> {
  const { user } = login;
  if (!(await isUnchanged(trx, user))) return null;
  const id = randomUUID();
  const now = Date.now();
  await trx
    .insertInto("user_sessions")
    .values({
      id,
      user_id: user.id,
      method: login.method,
      remembered: login.remembered ? 1 : 0,
      ip: login.ip,
      user_agent: login.userAgent,
      created_at: now,
      last_seen_at: now,
      confirmed_at: now,
      expires_at: now + loginLifetimeMs(login.remembered, limits),
    })
    .execute();
  await endOldest(trx, user.id, id);
  return id;
}

const loginWithUser = prepared((db) =>
  db
    .selectFrom("user_sessions as login")
    .innerJoin("users as user", "user.id", "login.user_id")
    .select([
      "user.id",
      "user.first_name",
      "user.last_name",
      "user.email",
      "login.method",
      "login.remembered",
    ])
    .select(["login.created_at", "login.last_seen_at", "login.confirmed_at", "login.expires_at"])
    .where("login.id", "=", VALUE),
);

/** Who is behind a login, or null when it was ended, has been idle too long or is past its absolute end. */
export async function findLogin(
  db: Kysely<Schema>,
  loginId: string,
  limits: LoginLimits,
): Promise<CurrentUser | null> {
  const row = await loginWithUser(db, loginId);
  if (!row) return null;
  const now = Date.now();
  if (!isAlive(row, now, limits)) return null;
  if (now - row.last_seen_at >= touchAfterMs(limits)) await touch(db, loginId, now);
  return {
    id: row.id,
    firstName: row.first_name,
    lastName: row.last_name,
    email: row.email,
    login: {
      id: loginId,
      method: row.method,
      remembered: row.remembered === 1,
      startedAt: row.created_at,
      confirmedAt: row.confirmed_at,
    },
  };
}

/** Who only reads is not refused because this can't be written: the login just seems idle for longer than it is. */
async function touch(db: Kysely<Schema>, loginId: string, now: number): Promise<void> {
  const update = (connection: Db) =>
    connection.updateTable("user_sessions").set({ last_seen_at: now }).where("id", "=", loginId).execute();
  try {
    await withoutTheDisk(db, update);
  } catch (error) {
    if (!isStorageTrouble(error)) throw error;
  }
}

/** The password was typed again: what is sensitive is open for a while. */
export async function confirmLogin(db: Db, loginId: string): Promise<void> {
  await db.updateTable("user_sessions").set({ confirmed_at: Date.now() }).where("id", "=", loginId).execute();
}

/** Keeps the newest few of a user's logins; none that is ahead of us, and always the one that begins. */
async function endOldest(trx: Db, userId: string, newLoginId: string): Promise<void> {
  const own = trx.selectFrom("user_sessions").select("id").where("user_id", "=", userId);
  const past = own.where("created_at", "<=", latestMoment(Date.now()));
  const kept = past.orderBy("created_at", "desc").orderBy("id").limit(policy.loginsPerUser);
  const others = trx.deleteFrom("user_sessions").where("user_id", "=", userId).where("id", "!=", newLoginId);
  await others.where("id", "not in", kept).execute();
}

export async function endLogin(db: Db, loginId: string): Promise<void> {
  await db.deleteFrom("user_sessions").where("id", "=", loginId).execute();
}

/** All of a user's logins, or all but the one that is asking. */
export async function endLogins(db: Db, userId: string, exceptLoginId?: string): Promise<void> {
  let query = db.deleteFrom("user_sessions").where("user_id", "=", userId);
  if (exceptLoginId) query = query.where("id", "!=", exceptLoginId);
  await query.execute();
}

/** Those past their absolute end; the ones that were idle too long are dead already and follow within hours. */
export const purgeLogins: Purge = (db, limit) => {
  const ended = db.selectFrom("user_sessions").select("id").where("expires_at", "<=", Date.now());
  return db.deleteFrom("user_sessions").where("id", "in", ended.limit(limit)).executeTakeFirst();
};
