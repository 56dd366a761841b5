// How long a login lives: idle and absolute limits, kept here whatever the cookie says.
import type { Selectable } from "kysely";
import { policy } from "../../config/policy.ts";
import { latestMoment } from "../database/moments.ts";
import type { UserSessionsTable } from "../database/schema.ts";

export interface LoginLimits {
  sessionIdleMinutes: number;
  sessionMaxHours: number;
  rememberMeDays: number;
}

/** How long a login may last in all, in milliseconds. */
export function loginLifetimeMs(remembered: boolean, limits: LoginLimits): number {
  return remembered ? limits.rememberMeDays * 86_400_000 : limits.sessionMaxHours * 3_600_000;
}

export function isAlive(
  login: Pick<Selectable<UserSessionsTable>, "remembered" | "created_at" | "last_seen_at" | "expires_at">,
  now: number,
  { sessionIdleMinutes }: LoginLimits,
): boolean {
  // Ahead of us is what a clock wrote that was set back since; it would be "just now" until we get there.
  const notSeenMs = Math.abs(now - login.last_seen_at);
  const idleTooLong = login.remembered === 0 && notSeenMs >= sessionIdleMinutes * 60_000;
  return now < login.expires_at && login.created_at <= latestMoment(now) && !idleTooLong;
}

/** Once a minute is exact enough for half an hour of idleness; a limit of few minutes is kept to the second. */
export function touchAfterMs({ sessionIdleMinutes }: LoginLimits): number {
  return (sessionIdleMinutes < 10 ? 1 : policy.loginTouchSeconds) * 1000;
}
