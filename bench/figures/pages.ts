// A page behind the wall, against the same page made in other ways.
import { createAccounts, logIn, loginRequest, PASSWORD } from "../accounts.ts";
import { installAlternatives } from "../alternatives.ts";
import type { Bench, Figure, Result } from "../figure.ts";
import type { LoadRequest } from "../load/job.ts";
import { perSecond, strayAnswers } from "../load/loader.ts";
import { fetchProfile, type ProfilePage, profileRequest, readProfilePage } from "../profile-page.ts";
import { alternate } from "../rounds.ts";
import { type Server, startAlternative, startAuthFlow } from "../server.ts";

const CONNECTIONS = 10;

interface Rival {
  name: string;
  means: string;
  goal: number;
  program: string;
  /** It needs packages that the program itself does without. */
  isInstalled: boolean;
  /** A cookie with an end: there the stock store writes at every page. */
  remembered?: true;
  /** The requests that log in; the cookies of the last one count. */
  logIn(page: ProfilePage): LoadRequest[];
}

const rivals: Rival[] = [
  {
    name: "pages-bare",
    means: "GET /profile ÷ the same template from bare Express, requests/s",
    goal: 0.75,
    program: "bare-page",
    isInstalled: false,
    logIn: () => [],
  },
  {
    name: "pages-stock",
    means: "GET /profile ÷ the same behind stock connect-sqlite3 and Passport, requests/s",
    goal: 4,
    program: "stock-sessions",
    isInstalled: true,
    logIn: ({ person }) => [loginRequest(person)],
  },
  {
    name: "pages-stock-remembered",
    means: "the same, with a cookie that outlives the browser on both sides",
    goal: 4,
    program: "stock-sessions",
    isInstalled: true,
    remembered: true,
    logIn: ({ person }) => [loginRequest(person)],
  },
  {
    name: "pages-better-auth",
    means: "GET /profile ÷ the same behind Better Auth, requests/s",
    goal: 3,
    program: "better-auth",
    isInstalled: true,
    logIn: ({ person: { firstName, lastName, email } }) => [
      jsonPost("/api/auth/sign-up/email", { name: `${firstName} ${lastName}`, email, password: PASSWORD }),
      jsonPost("/api/auth/sign-in/email", { email, password: PASSWORD }),
    ],
  },
];

export const pages: Figure[] = rivals.map((rival) => ({
  name: rival.name,
  measure: async (bench) => [await compare(bench, rival)],
}));

async function compare({ loader, quick }: Bench, rival: Rival): Promise<Result> {
  const { name, means, goal } = rival;
  if (rival.isInstalled) await installAlternatives();
  const ours = await startAuthFlow();
  const [account] = await createAccounts(ours.folder, 1);
  if (!account) throw new Error("no account");
  const cookie = await logIn(ours.origin, loginRequest(account, rival.remembered));
  const page = readProfilePage(await fetchProfile(ours.origin, cookie), account);
  const other = await startAlternative(rival.program, {
    PROFILE_PAGE: JSON.stringify(page),
    ...(rival.remembered && { REMEMBER_ME_DAYS: "30" }),
  });
  let otherCookie = "";
  for (const request of rival.logIn(page)) otherCookie = await logIn(other.origin, request);

  const problems: string[] = [];
  if ((await fetchProfile(other.origin, otherCookie)) !== page.html) problems.push("the pages differ");

  const rate = async (server: Server, as: string, seconds: number) => {
    const pace = { kind: "flat-out", connections: CONNECTIONS, seconds } as const;
    const report = await loader.run({ origin: server.origin, requests: [profileRequest(as)], pace });
    problems.push(...strayAnswers(report, [200]));
    return perSecond(report, 200);
  };
  const seconds = quick ? 2 : 6;
  await rate(ours, cookie, seconds);
  await rate(other, otherCookie, seconds);
  const { a, b, ratio } = await alternate(
    () => rate(ours, cookie, seconds),
    () => rate(other, otherCookie, seconds),
  );
  await Promise.all([ours.stop(), other.stop()]);
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

function jsonPost(path: string, fields: object): LoadRequest {
  return {
    method: "POST",
    path,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(fields),
  };
}
