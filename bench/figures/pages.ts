// A page behind the wall, against the same page made in other ways.
import { createAccounts, logIn, loginRequest, PASSWORD } from "../accounts.ts";
import { installAlternatives } from "../alternatives.ts";
import type { Bench, Figure, Result } from "../figure.ts";
import type { LoadRequest } from "../load/job.ts";
import { perSecond, strayAnswers } from "../load/loader.ts";
import { fetchProfile, type ProfilePage, profileRequest, readProfilePage } from "../profile-page.ts";
import { alternate } from "../rounds.ts";
import { type Server, startAlternative, startAuthFlow, startWithStockSessions } from "../server.ts";

const CONNECTIONS = 10;

interface Member {
  server: Server;
  /** The Cookie header of somebody who has logged in there. */
  cookie: string;
}

interface Rival {
  name: string;
  means: string;
  goal: number;
  /** It needs packages that the program itself does without. */
  isInstalled: boolean;
  /** Log in with a cookie that has an end: there the stock store writes at every page. */
  remembered: boolean;
  start(page: ProfilePage): Promise<Member>;
}

const rivals: Rival[] = [
  {
    name: "pages-bare",
    means: "GET /profile ÷ the same template from bare Express, requests/s",
    goal: 0.75,
    isInstalled: false,
    remembered: false,
    start: async (page) => ({ server: await startWithPage("bare-page", page), cookie: "" }),
  },
  {
    name: "pages-stock",
    means: "GET /profile ÷ the same program with stock connect-sqlite3, requests/s",
    goal: 4,
    isInstalled: true,
    remembered: false,
    start: () => memberOf(startWithStockSessions(), false),
  },
  {
    name: "pages-stock-remembered",
    means: "the same, with a cookie that outlives the browser on both sides",
    goal: 4,
    isInstalled: true,
    remembered: true,
    start: () => memberOf(startWithStockSessions(), true),
  },
  {
    name: "pages-stock-app",
    means: "GET /profile ÷ the same in a small app with Passport and stock connect-sqlite3, requests/s",
    goal: 4,
    isInstalled: true,
    remembered: true,
    start: async (page) => {
      const server = await startWithPage("stock-app", page);
      return { server, cookie: await logIn(server.origin, loginRequest(page.person)) };
    },
  },
  {
    name: "pages-better-auth",
    means: "GET /profile ÷ the same behind Better Auth, requests/s",
    goal: 3,
    isInstalled: true,
    remembered: false,
    start: async (page) => {
      const server = await startWithPage("better-auth", page);
      const { firstName, lastName, email } = page.person;
      const account = { name: `${firstName} ${lastName}`, email, password: PASSWORD };
      await logIn(server.origin, jsonPost("/api/auth/sign-up/email", account));
      const cookie = await logIn(
        server.origin,
        jsonPost("/api/auth/sign-in/email", { email, password: PASSWORD }),
      );
      return { server, cookie };
    },
  },
];

export const pages: Figure[] = rivals.map((rival) => ({
  name: rival.name,
  measure: async (bench) => [await compare(bench, rival)],
}));

async function compare({ loader, quick }: Bench, rival: Rival): Promise<Result> {
  const { name, means, goal } = rival;
  if (rival.isInstalled) await installAlternatives();
  const ours = await memberOf(startAuthFlow(), rival.remembered);
  const page = readProfilePage(await fetchProfile(ours.server.origin, ours.cookie));
  const other = await rival.start(page);

  const problems: string[] = [];
  if ((await fetchProfile(other.server.origin, other.cookie)) !== page.html)
    problems.push("the pages differ");

  const seconds = quick ? 2 : 6;
  const rate = async ({ server: { origin }, cookie }: Member) => {
    const pace = { kind: "flat-out", connections: CONNECTIONS, seconds } as const;
    const report = await loader.run({ origin, requests: [profileRequest(cookie)], pace });
    problems.push(...strayAnswers(report, [200]));
    return perSecond(report, 200);
  };
  await rate(ours);
  await rate(other);
  const { a, b, ratio } = await alternate(
    () => rate(ours),
    () => rate(other),
  );
  await Promise.all([ours.server.stop(), other.server.stop()]);
  return {
    name,
    means,
    value: ratio,
    unit: "×",
    goal: { atLeast: goal },
    parts: { oursPerSecond: a, otherPerSecond: b },
    problems,
  };
}

/** The program, or a variant of it, with one account. */
async function memberOf(starting: Promise<Server>, remembered: boolean): Promise<Member> {
  const server = await starting;
  const [account] = await createAccounts(server.folder, 1);
  if (!account) throw new Error("no account");
  return { server, cookie: await logIn(server.origin, loginRequest(account, remembered)) };
}

function startWithPage(program: string, page: ProfilePage): Promise<Server> {
  return startAlternative(program, { PROFILE_PAGE: JSON.stringify(page), PASSWORD });
}

function jsonPost(path: string, fields: object): LoadRequest {
  return {
    method: "POST",
    path,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(fields),
  };
}
