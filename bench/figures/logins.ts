// Logins over HTTP, against the password hashes alone: everything around the hash should cost next to nothing.
import { fork } from "node:child_process";
import { join } from "node:path";
import { createAccounts, hashDefaults, loginRequest, PASSWORD, passwordHash } from "../accounts.ts";
import type { Bench, Figure, Result } from "../figure.ts";
import { perSecond, strayAnswers } from "../load/loader.ts";
import { alternate } from "../rounds.ts";
import { productionNode, startAuthFlow } from "../server.ts";
import { end, own } from "../workplace.ts";
import type { HashJob } from "./hash-worker.ts";

/** More than hash at once, so that there is always one waiting. */
const CONNECTIONS = 8;
const ACCOUNTS = 400;

export const logins: Figure = { name: "logins", measure };

async function measure({ loader, quick }: Bench): Promise<Result[]> {
  const server = await startAuthFlow();
  const accounts = await createAccounts(server.folder, ACCOUNTS);
  const requests = accounts.map((account) => loginRequest(account));
  const hash = await passwordHash();
  const { flags, variables } = productionNode();
  const hasher = own(
    fork(join(import.meta.dirname, "hash-worker.ts"), {
      execArgv: [...process.execArgv, ...flags],
      env: { ...process.env, ...variables },
    }),
  );
  const problems: string[] = [];

  const logInFor = async (seconds: number) => {
    const pace = { kind: "flat-out", connections: CONNECTIONS, seconds } as const;
    const report = await loader.run({ origin: server.origin, requests, pace });
    problems.push(...strayAnswers(report, [303]));
    return perSecond(report, 303);
  };
  const hashFor = (seconds: number, library: HashJob["library"]) =>
    new Promise<number>((resolve) => {
      const inFlight = hashDefaults.HASH_CONCURRENCY;
      const job: HashJob = { hash, password: PASSWORD, inFlight, seconds, library };
      hasher.once("message", (rate: number) => resolve(rate));
      hasher.send(job);
    });

  const seconds = quick ? 3 : 8;
  await logInFor(2);
  await hashFor(1, "argon2");
  const against = async (library: HashJob["library"]) => {
    const { a, b, ratio } = await alternate(
      () => logInFor(seconds),
      () => hashFor(seconds, library),
    );
    return { value: ratio, parts: { loginsPerSecond: a, hashesPerSecond: b }, unit: "×" as const, problems };
  };
  const usual = await against("argon2");
  const bare = await against("ours");
  await Promise.all([server.stop(), end(hasher)]);
  return [
    {
      ...usual,
      name: "logins",
      means: "POST /login with the right password ÷ argon2.verify alone, as many at once, per second",
      goal: { atLeast: 0.95 },
    },
    {
      ...bare,
      name: "logins-own",
      means: "the same ÷ the verify of the program's own library, @node-rs/argon2, alone",
    },
  ];
}
