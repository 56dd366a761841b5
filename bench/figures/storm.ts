// Four times as many logins as the machine can hash: the pages must not notice, and every login must get an answer.

import { setTimeout as waitMs } from "node:timers/promises";
import { createAccounts, logIn, loginRequest } from "../accounts.ts";
import type { Bench, Figure, Result } from "../figure.ts";
import type { Report } from "../load/job.ts";
import { perSecond, startLoader, strayAnswers } from "../load/loader.ts";
import { profileRequest } from "../profile-page.ts";
import { alternate } from "../rounds.ts";
import { startAuthFlow } from "../server.ts";

const PAGES_PER_SECOND = 100;
const TIMES_CAPACITY = 4;
/** Until the queue of hashes is full. */
const GATHERING_SECONDS = 2;

export const storm: Figure = { name: "storm", measure: async (bench) => [await measure(bench)] };

async function measure({ loader, quick }: Bench): Promise<Result> {
  const { origin, folder, stop } = await startAuthFlow();
  const accounts = await createAccounts(folder, 401);
  // Who reads does not log in again and again: the oldest of somebody's logins are ended.
  const [reader = loginRequest({ email: "" }), ...logins] = accounts.map((account) => loginRequest(account));
  const pages = [profileRequest(await logIn(origin, reader))];
  const stormLoader = startLoader();
  const problems: string[] = [];

  const capacity = async () => {
    const pace = { kind: "flat-out", connections: 8, seconds: quick ? 2 : 4 } as const;
    return perSecond(await loader.run({ origin, requests: logins, pace }), 303);
  };
  const pageP99Ms = async (seconds: number) => {
    const pace = { kind: "steady", perSecond: PAGES_PER_SECOND, seconds } as const;
    const report = await loader.run({ origin, requests: pages, pace });
    problems.push(...strayAnswers(report, [200]));
    return report.latencyMs.p99;
  };
  const capacities: number[] = [];
  const loggedIn: number[] = [];
  const refused: number[] = [];
  const inStorm = async (seconds: number) => {
    // Anew each time: what the machine can do changes with what else it is doing.
    const loginsPerSecond = await capacity();
    const stormSeconds = seconds + GATHERING_SECONDS;
    const pace = {
      kind: "steady",
      perSecond: TIMES_CAPACITY * loginsPerSecond,
      seconds: stormSeconds,
    } as const;
    const storming = stormLoader.run({ origin, requests: logins, pace });
    await waitMs(GATHERING_SECONDS * 1000);
    const p99Ms = await pageP99Ms(seconds);
    const report = await storming;
    problems.push(...shortcomings(report));
    const { 303: through = 0, 503: busy = 0 } = report.answers;
    capacities.push(loginsPerSecond);
    loggedIn.push(through);
    refused.push(busy);
    return p99Ms;
  };

  const seconds = quick ? 4 : 10;
  await pageP99Ms(2);
  const { a, b, ratio } = await alternate(
    () => inStorm(seconds),
    () => pageP99Ms(seconds),
  );
  await stop();
  return {
    name: "storm",
    means: `GET /profile at ${PAGES_PER_SECOND}/s: p99 while ${TIMES_CAPACITY} times too many log in ÷ p99 while nobody does`,
    value: ratio,
    unit: "×",
    goal: { atMost: 3 },
    parts: { stormP99Ms: a, quietP99Ms: b, loginsPerSecondAtMost: capacities, loggedIn, refused },
    problems,
  };
}

/** Every login is let in or told when to come back, and a storm that refuses nobody was none. */
function shortcomings(report: Report): string[] {
  const { 303: through = 0, 503: busy = 0 } = report.answers;
  return [
    ...strayAnswers(report, [303, 503]),
    ...(through + busy === report.sent ? [] : [`of ${report.sent} logins ${through + busy} were answered`]),
    ...(busy === report.withRetryAfter ? [] : [`${busy - report.withRetryAfter} × 503 without Retry-After`]),
    ...(busy > 0 ? [] : ["no login was refused, so there was no storm"]),
  ];
}
