// The logins of one user, under names that are of no use to anybody else.
import { createHash } from "node:crypto";
import { isAlive, type LoginLimits } from "../../accounts/login-limits.ts";
import type { Db } from "../../database/open.ts";
import { describeBrowser } from "../../web/browser.ts";

export interface ListedLogin {
  /** Stands for the login in a page; the real id never leaves the database. */
  handle: string;
  id: string;
  browser: string;
  ip: string;
  method: string;
  remembered: boolean;
  startedAt: number;
  lastSeenAt: number;
}

/** Most recently used first. */
export async function listLogins(db: Db, userId: string, limits: LoginLimits): Promise<ListedLogin[]> {
  const rows = await db
    .selectFrom("user_sessions")
    .selectAll()
    .where("user_id", "=", userId)
    .orderBy("last_seen_at", "desc")
    .execute();
  return rows
    .filter((row) => isAlive(row, Date.now(), limits))
    .map((row) => ({
      handle: createHash("sha256").update(row.id).digest("hex").slice(0, 24),
      id: row.id,
      browser: describeBrowser(row.user_agent),
      ip: row.ip,
      method: row.method,
      remembered: row.remembered === 1,
      startedAt: row.created_at,
      lastSeenAt: row.last_seen_at,
    }));
}
