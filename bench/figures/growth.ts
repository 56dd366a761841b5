// A million members, logins and sessions, against a thousand of each: a page and a login must not get slower.
import { logIn, loginRequest } from "../accounts.ts";
import type { Bench, Figure, Result } from "../figure.ts";
import { fillFolder, memberEmail } from "../filling.ts";
import type { LoadRequest } from "../load/job.ts";
import { perSecond, strayAnswers } from "../load/loader.ts";
import { profileRequest } from "../profile-page.ts";
import { alternate } from "../rounds.ts";
import { type Server, startAuthFlow } from "../server.ts";
import { newFolder, removeFolder } from "../workplace.ts";

const SMALL = 1_000;
const LARGE = 1_000_000;
/** Members who log in during a measurement, and those who look at a page. */
const LOGGING_IN = 400;
const LOOKING = 200;
/** As many as the queue of password hashes takes. */
const AT_ONCE = 50;

export const growth: Figure = { name: "growth", measure };

interface Site {
  server: Server;
  logins: LoadRequest[];
  pages: LoadRequest[];
}

async function measure({ loader, quick }: Bench): Promise<Result[]> {
  const large = await openSite(quick ? LARGE / 10 : LARGE);
  const small = await openSite(SMALL);
  const problems: string[] = [];
  const rate = async (
    { server: { origin } }: Site,
    requests: LoadRequest[],
    { connections, status }: { connections: number; status: number },
  ) => {
    const pace = { kind: "flat-out", connections, seconds: quick ? 2 : 6 } as const;
    const report = await loader.run({ origin, requests, pace });
    problems.push(...strayAnswers(report, [status]));
    return perSecond(report, status);
  };
  const pageRate = (site: Site) => rate(site, site.pages, { connections: 10, status: 200 });
  // One after another: that a second stands for the time of one.
  const loginRate = (site: Site) => rate(site, site.logins, { connections: 1, status: 303 });

  await pageRate(large);
  await pageRate(small);
  const pageRounds = await alternate(
    () => pageRate(large),
    () => pageRate(small),
  );
  const loginRounds = await alternate(
    () => loginRate(large),
    () => loginRate(small),
  );
  for (const { server } of [large, small]) {
    await server.stop();
    removeFolder(server.folder);
  }
  const result = (what: string, { a, b, ratio }: typeof pageRounds) => ({
    name: `growth-${what}`,
    unit: "×" as const,
    value: ratio,
    goal: { atLeast: 0.9 },
    parts: { largePerSecond: a, smallPerSecond: b },
    problems,
  });
  return [
    {
      ...result("pages", pageRounds),
      means: "GET /profile with a million members, logins and sessions ÷ with 1,000",
    },
    { ...result("logins", loginRounds), means: "logins one after another with a million ÷ with 1,000" },
  ];
}

async function openSite(size: number): Promise<Site> {
  const folder = newFolder();
  await fillFolder(folder, { members: size, alive: size, expired: 0 });
  const server = await startAuthFlow(folder);
  const logins = scattered(size, LOGGING_IN).map((index) => loginRequest({ email: memberEmail(index) }));
  const cookies: string[] = [];
  while (cookies.length < LOOKING) {
    const next = logins.slice(cookies.length, cookies.length + AT_ONCE);
    cookies.push(...(await Promise.all(next.map((request) => logIn(server.origin, request)))));
  }
  return { server, logins, pages: cookies.map(profileRequest) };
}

/** Numbers below `size`, all over the range and the same in every run. */
function scattered(size: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => (index * 387_420_489) % size);
}
