// The rows of mail that waits: who has it, when it is due, and what becomes of it.
import { randomUUID } from "node:crypto";
import type { Selectable } from "kysely";
import { policy } from "../../config/policy.ts";
import { isPostgres } from "../database/engine.ts";
import { latestMoment } from "../database/moments.ts";
import type { Db } from "../database/open.ts";
import type { Purge } from "../database/purge.ts";
import type { MailsTable } from "../database/schema.ts";

/** Plain JSON, kept in the table until the mail is sent; no secrets. */
export type MailData = Record<string, string | number | null>;

/** Whose mail it is: an account's, or a canonical address's that may or may not have one. */
export interface MailOwner {
  userId?: string | null;
  address?: string | null;
}

export type MailRow = Selectable<MailsTable>;

export async function addMail(
  trx: Db,
  kind: string,
  data: MailData,
  { userId = null, address = null }: MailOwner,
): Promise<void> {
  const now = Date.now();
  const owned = { user_id: userId, address };
  const times = { attempts: 0, next_attempt_at: now, claimed_until: 0, dead: 0, created_at: now };
  await trx
    .insertInto("mails")
    .values({ id: randomUUID(), kind, data: JSON.stringify(data), ...owned, ...times })
    .execute();
}

/** How far ahead the next try of a mail may lie after so many; beyond it was written by a clock that has been set back since. */
const LONGEST_WAITS_MS = [0, ...policy.mail.retryDelaysMinutes].map((minutes) => minutes * 60_000);

/** Takes a few mails that are due, oldest first, so that no other worker sends them too. */
export async function claimMails(db: Db, until: number): Promise<MailRow[]> {
  const latest = latestMoment(Date.now());
  let due = db
    .selectFrom("mails")
    .select("id")
    .where("dead", "=", 0)
    .where(({ and, or, eb }) => {
      const isTooFarAhead = LONGEST_WAITS_MS.map((longestWaitMs, attempts) =>
        and([eb("attempts", "=", attempts), eb("next_attempt_at", ">", latest + longestWaitMs)]),
      );
      return or([eb("next_attempt_at", "<=", until), ...isTooFarAhead]);
    })
    .where(({ or, eb }) =>
      or([
        eb("claimed_until", "<=", until),
        eb("claimed_until", ">", latest + policy.mail.claimSeconds * 1000),
      ]),
    )
    .orderBy("created_at")
    .limit(policy.mail.sendsAtOnce);
  // Rows that another worker is taking at this moment are passed over, not waited for.
  if (isPostgres(db)) due = due.forUpdate().skipLocked();
  const claimed_until = Date.now() + policy.mail.claimSeconds * 1000;
  // Materialized: a PostgreSQL that takes the table for a small one asks a subquery anew for each row, and each time it
  // takes the next few.
  return db
    .with(
      (cte) => cte("due").materialized(),
      () => due,
    )
    .updateTable("mails")
    .set({ claimed_until })
    .where("id", "in", (eb) => eb.selectFrom("due").select("id"))
    .returningAll()
    .execute();
}

/**
 * With SQLite we are the only process, so whoever claimed a mail before us has died. With PostgreSQL they may be at work,
 * and a dead one's claim runs out by itself.
 */
export async function releaseMails(db: Db): Promise<void> {
  if (isPostgres(db)) return;
  await db.updateTable("mails").set({ claimed_until: 0 }).execute();
}

/** False when it was dropped since it was claimed. */
export async function isWaiting(trx: Db, id: string): Promise<boolean> {
  return (await trx.selectFrom("mails").select("id").where("id", "=", id).executeTakeFirst()) !== undefined;
}

/** After a failure: minutes until the next try, or null when that was the last one. */
export async function postponeMail(db: Db, { id, attempts }: MailRow): Promise<number | null> {
  const delayMinutes = policy.mail.retryDelaysMinutes[attempts] ?? null;
  const next_attempt_at = Date.now() + (delayMinutes ?? 0) * 60_000;
  const change = {
    attempts: attempts + 1,
    dead: delayMinutes === null ? 1 : 0,
    claimed_until: 0,
    next_attempt_at,
  };
  await db.updateTable("mails").set(change).where("id", "=", id).execute();
  return delayMinutes;
}

export async function forgetMail(db: Db, id: string): Promise<void> {
  await db.deleteFrom("mails").where("id", "=", id).execute();
}

/** Mails that wait for an address go with the account that had it; those with its user id go by themselves. */
export async function dropMailsTo(trx: Db, address: string): Promise<void> {
  await trx.deleteFrom("mails").where("address", "=", address).execute();
}

/** An account's waiting mails of some kinds, from a moment on (milliseconds): what they would tell is no longer so. */
export async function dropMailsOf(trx: Db, userId: string, kinds: string[], since: number): Promise<void> {
  const own = trx.deleteFrom("mails").where("user_id", "=", userId);
  await own.where("kind", "in", kinds).where("created_at", ">=", since).execute();
}

/** Mails that wait, and mails that were given up. */
export async function countMails(db: Db): Promise<{ waiting: number; dead: number }> {
  const counts = db
    .selectFrom("mails")
    .select(["dead", db.fn.countAll<number>().as("count")])
    .groupBy("dead");
  const rows = await counts.execute();
  const count = (dead: number) => Number(rows.find((row) => row.dead === dead)?.count ?? 0);
  return { waiting: count(0), dead: count(1) };
}

/** Forgets mails that were given up long ago. */
export const purgeDeadMails: Purge = (db, limit) => {
  const oldest = Date.now() - policy.mail.deadKeptDays * 86_400_000;
  const dead = db.selectFrom("mails").select("id").where("dead", "=", 1).where("created_at", "<", oldest);
  return db.deleteFrom("mails").where("id", "in", dead.limit(limit)).executeTakeFirst();
};
