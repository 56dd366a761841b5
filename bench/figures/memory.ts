// Memory after much work against memory after little, and the most it ever took.
import { readFileSync } from "node:fs";
import { setTimeout as waitMs } from "node:timers/promises";
import { createAccounts, hashDefaults, logIn, loginRequest } from "../accounts.ts";
import type { Bench, Figure, Result } from "../figure.ts";
import type { LoadRequest } from "../load/job.ts";
import { strayAnswers } from "../load/loader.ts";
import { profileRequest } from "../profile-page.ts";
import { startAuthFlow } from "../server.ts";

const FEW_PAGES = 2_000;
const MANY_PAGES = 200_000;
const LOGINS = 2_000;
const PEAK_MB = 200;
/** A hash works in memory of its own for as long as it runs. */
const HASHES_MB = (hashDefaults.ARGON2_MEMORY_KIB * hashDefaults.HASH_CONCURRENCY) / 1024;

export const memory: Figure = { name: "memory", measure };

async function measure({ loader, quick }: Bench): Promise<Result[]> {
  const { origin, folder, process, stop } = await startAuthFlow();
  const accounts = await createAccounts(folder, 400);
  const logins = accounts.map((account) => loginRequest(account));
  const pages: LoadRequest[] = [];
  for (const request of logins.slice(0, 10)) pages.push(profileRequest(await logIn(origin, request)));
  const problems: string[] = [];
  const send = async (requests: LoadRequest[], amount: number, status: number) => {
    const pace = { kind: "flat-out", connections: 10, amount } as const;
    problems.push(...strayAnswers(await loader.run({ origin, requests, pace }), [status]));
  };

  const times = quick ? 0.1 : 1;
  await send(pages, FEW_PAGES, 200);
  const afterLittleMb = await atRest(process.pid);
  await send(pages, (MANY_PAGES - FEW_PAGES) * times, 200);
  await send(logins, LOGINS * times, 303);
  const afterMuchMb = await atRest(process.pid);
  const peakMb = megabytes(process.pid, "VmHWM");
  await stop();
  return [
    {
      name: "memory-growth",
      means: `RSS after ${MANY_PAGES} pages and ${LOGINS} logins ÷ after ${FEW_PAGES} pages`,
      value: afterMuchMb / afterLittleMb,
      unit: "×",
      goal: { atMost: 1.1 },
      parts: { afterMuchMb: [afterMuchMb], afterLittleMb: [afterLittleMb] },
      problems,
    },
    {
      name: "memory-peak",
      means: "the most it took meanwhile, without the memory of the hashes under way",
      value: peakMb - HASHES_MB,
      unit: "MB",
      goal: { atMost: PEAK_MB },
      parts: { peakMb: [peakMb], hashesMb: [HASHES_MB] },
      problems,
    },
  ];
}

async function atRest(pid: number | undefined): Promise<number> {
  await waitMs(3_000);
  return megabytes(pid, "VmRSS");
}

/** As Linux counts it. */
function megabytes(pid: number | undefined, field: "VmRSS" | "VmHWM"): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) / 1024;
}
