// A million expired logins and sessions are deleted while people look at pages: nobody may have to wait for it.
import { join } from "node:path";
import BetterSqlite from "better-sqlite3";
import { logIn, loginRequest } from "../accounts.ts";
import type { Bench, Figure, Result } from "../figure.ts";
import { fillFolder, memberEmail } from "../filling.ts";
import { type Loader, strayAnswers } from "../load/loader.ts";
import { profileRequest } from "../profile-page.ts";
import { type Server, startWithPurge } from "../server.ts";
import { newFolder, removeFolder } from "../workplace.ts";
import type { Stall } from "./purge-program.ts";

const EXPIRED = 1_000_000;
const ALIVE = 1_000;
const PAGES_PER_SECOND = 100;
/** What is not deleted by then is reported. */
const PATIENCE_SECONDS = 900;

export const purge: Figure = { name: "purge", measure: async (bench) => [await measure(bench)] };

/** How long the program stood still, and how long somebody waited for a page. */
interface Phase extends Stall {
  slowestPageMs: number;
}

async function measure({ loader, quick }: Bench): Promise<Result> {
  const folder = newFolder();
  await fillFolder(folder, { members: ALIVE, alive: ALIVE, expired: quick ? EXPIRED / 10 : EXPIRED });
  const server = await startWithPurge(folder);
  const cookie = await logIn(server.origin, loginRequest({ email: memberEmail(0) }));
  const problems: string[] = [];
  // Twice: what the first pages have to compile is not to be taken for a stop.
  await whileLooking(loader, server, cookie, "/bench/rest", problems);
  const rest = await whileLooking(loader, server, cookie, "/bench/rest", problems);
  const purging = await whileLooking(loader, server, cookie, "/bench/purge", problems);
  await server.stop();
  const left = expiredRows(folder);
  if (left > 0) problems.push(`${left} expired rows are still there`);
  removeFolder(folder);
  return {
    name: "purge",
    means:
      "longest stop while a million expired logins and a million sessions are deleted, minus the longest without",
    value: purging.longestMs - rest.longestMs,
    unit: "ms",
    goal: { atMost: 20 },
    parts: {
      stopMs: [purging.longestMs],
      usualStopMs: [rest.longestMs],
      slowestPageMs: [purging.slowestPageMs],
      usualSlowestPageMs: [rest.slowestPageMs],
      purgeSeconds: [purging.seconds],
    },
    problems,
  };
}

async function whileLooking(
  loader: Loader,
  { origin }: Server,
  cookie: string,
  path: "/bench/rest" | "/bench/purge",
  problems: string[],
): Promise<Phase> {
  await fetch(origin + path);
  const pace = { kind: "steady", perSecond: PAGES_PER_SECOND, seconds: 1 } as const;
  let slowestPageMs = 0;
  let stall: Stall;
  do {
    const report = await loader.run({ origin, requests: [profileRequest(cookie)], pace });
    problems.push(...strayAnswers(report, [200]));
    slowestPageMs = Math.max(slowestPageMs, report.latencyMs.max || 0);
    stall = (await (await fetch(`${origin}/bench/stall`)).json()) as Stall;
  } while (!stall.done && stall.seconds < PATIENCE_SECONDS);
  return { ...stall, slowestPageMs };
}

function expiredRows(folder: string): number {
  const count = (file: string, table: string, column: string) => {
    const db = new BetterSqlite(join(folder, file), { readonly: true });
    const { rows } = db
      .prepare(`SELECT count(*) AS rows FROM ${table} WHERE ${column} < ?`)
      .get(Date.now()) as { rows: number };
    db.close();
    return rows;
  };
  return count("users.db", "user_sessions", "expires_at") + count("sessions.db", "sessions", "expired");
}
