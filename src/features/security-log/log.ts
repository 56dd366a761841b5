// The rows of the log: written in the transaction of what they tell, kept for half a year.
import { randomUUID } from "node:crypto";
import { policy } from "../../../config/policy.ts";
import type { SecurityEvent } from "../../accounts/events.ts";
import type { Db } from "../../database/open.ts";
import type { Purge } from "../../database/purge.ts";

interface SecurityEventsTable {
  id: string;
  /** null for what concerns no account, such as a login with an unknown address. */
  user_id: string | null;
  event: string;
  outcome: string;
  ip: string;
  user_agent: string;
  created_at: number;
}

declare module "../../database/schema.ts" {
  interface Schema {
    security_events: SecurityEventsTable;
  }
}

export interface LoggedEvent {
  event: string;
  outcome: string;
  ip: string;
  userAgent: string;
  at: number;
}

/** Also what concerns nobody is written: a failed login must take as long for an unknown address as for a known one. */
export async function writeEvent(trx: Db, { event, outcome, userId, source }: SecurityEvent): Promise<void> {
  const where = { ip: source.ip, user_agent: source.userAgent };
  // The account may have been deleted while the request was under way.
  const owner = trx.selectFrom("users").select("id").where("id", "=", userId);
  await trx
    .insertInto("security_events")
    .values({ id: randomUUID(), user_id: owner, event, outcome, ...where, created_at: Date.now() })
    .execute();
}

/** Newest first; `page` begins at 1. */
export async function listEvents(
  db: Db,
  userId: string,
  page: number,
): Promise<{ events: LoggedEvent[]; pages: number }> {
  const { pageSize } = policy.securityLog;
  const own = db.selectFrom("security_events").where("user_id", "=", userId);
  const { count } = await own.select(db.fn.countAll<number>().as("count")).executeTakeFirstOrThrow();
  const rows = await newestFirst(own.selectAll())
    .limit(pageSize)
    .offset((page - 1) * pageSize)
    .execute();
  return { events: rows.map(asLogged), pages: Math.max(1, Math.ceil(Number(count) / pageSize)) };
}

export async function allEvents(db: Db, userId: string): Promise<LoggedEvent[]> {
  const rows = await newestFirst(
    db.selectFrom("security_events").selectAll().where("user_id", "=", userId),
  ).execute();
  return rows.map(asLogged);
}

/** What is too old, and what concerns nobody. */
export const purgeEvents: Purge = (db, limit) => {
  const oldest = Date.now() - policy.securityLog.keptDays * 86_400_000;
  const past = db
    .selectFrom("security_events")
    .select("id")
    .where((row) => row.or([row("created_at", "<", oldest), row("user_id", "is", null)]));
  return db.deleteFrom("security_events").where("id", "in", past.limit(limit)).executeTakeFirst();
};

function newestFirst<Query extends { orderBy(column: "created_at" | "id", direction: "desc"): Query }>(
  query: Query,
): Query {
  return query.orderBy("created_at", "desc").orderBy("id", "desc");
}

function asLogged({ event, outcome, ip, user_agent, created_at }: SecurityEventsTable): LoggedEvent {
  return { event, outcome, ip, userAgent: user_agent, at: created_at };
}
