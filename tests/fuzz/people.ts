// Who sends the requests: browsers with a cookie, who have seen pages and mails, and so know links and forms.
import type { TestApp } from "../support/app.ts";
import { loggedIn, type Visitor } from "../support/visitor.ts";
import type { Answer, Ask } from "./wire.ts";

const FORM_POST = {
  accept: "text/html",
  "content-type": "application/x-www-form-urlencoded",
  "sec-fetch-site": "same-origin",
};
/** What everybody chooses who changes a password. */
export const NEW_PASSWORD = "nine copper kettles hum softly";
/** Of the mails, so many are opened; the older ones' links are mostly spent. */
const NEWEST = 6;

export interface Input {
  name: string;
  type: string;
  value: string;
  isNewPassword: boolean;
}

export interface Person {
  email: string;
  password: string;
  cookie: string | null;
  /** Addresses of links that were mailed to them, and of those they have seen on pages. */
  mailed: string[];
  links: string[];
  /** By where they post to. */
  forms: Map<string, Input[]>;
  /** What they have written into a request themselves, and may so be shown again. */
  said: string;
}

/** With an account, in the browser that has its cookie. */
export function personOf(visitor: Visitor, { email, password }: { email: string; password: string }): Person {
  return { email, password, cookie: visitor.cookie, mailed: [], links: [], forms: new Map(), said: "" };
}

const NAMES = { firstName: "Ada", lastName: "Lovelace" };

export async function newMember(app: TestApp, domain: string): Promise<Person> {
  const account = { ...NAMES, email: `ada@${domain}`, password: `violet tractor of ${domain} sings` };
  return personOf(await loggedIn(app.visitor(), account), account);
}

/** Knows their password, and has another step to do, where the program has such steps. */
export async function newHalfLoggedIn(app: TestApp, domain: string): Promise<Person> {
  const account = { ...NAMES, email: `half@${domain}`, password: `amber lantern of ${domain} waits` };
  const visitor = app.visitor();
  await visitor.register(account);
  await visitor.logIn(account);
  return personOf(visitor, account);
}

/** A new browser of somebody who has this member's password and mail, and of pages has seen what a stranger sees. */
export const newStranger = (member: Person, { links, forms }: Person): Person => ({
  ...member,
  ...{ links, forms, cookie: null, said: "" },
});

/** Logs in again in the same browser, with the old password or the one that forms set; false when the account is gone. */
export async function isBackIn(ask: Ask, member: Person): Promise<boolean> {
  for (const password of [member.password, NEW_PASSWORD]) {
    const body = new URLSearchParams({ email: member.email, password }).toString();
    const { headers } = await ask({ method: "POST", path: "/login", headers: FORM_POST, body });
    keepCookie(member, headers);
    if (headers.location !== "/") continue;
    member.password = password;
    return true;
  }
  return false;
}

/** What of theirs may stand in no log: the password, the two parts of the cookie, the tokens. */
export function secretsOf({ password, cookie, mailed }: Person): string[] {
  const parts = decodeURIComponent(cookie ?? "")
    .replace(/^s:/, "")
    .split(".");
  return [password, ...parts.filter((part) => part !== ""), ...tokensIn(mailed)];
}

/** Opens every page, and every link in the mails to their domain, and remembers the links and forms on them. */
export async function lookAround(app: TestApp, ask: Ask, person: Person, pages: string[]): Promise<void> {
  const domain = person.email.split("@")[1] ?? "";
  const mails = (await app.mailbox.all()).filter(({ recipient }) => recipient.endsWith(`@${domain}`));
  const urls = mails.flatMap(({ text }) => text.match(/https?:\/\/\S+/g) ?? []);
  person.mailed = urls.map((url) => new URL(url).pathname);
  const links = new Set<string>();
  for (const page of [...pages, ...person.mailed.slice(0, NEWEST)]) {
    const headers = { accept: "text/html", ...cookieOf(person) };
    const answer = await ask({ method: "GET", path: `${page}?next=/profile`, headers });
    keepCookie(person, answer.headers);
    for (const [, href = ""] of answer.text.matchAll(/href="(\/[^"]*)"/g)) links.add(href);
    for (const [, action = "", inside = ""] of answer.text.matchAll(FORM))
      person.forms.set(action, inputsIn(inside));
  }
  person.links = [...links];
}

const FORM = /<form[^>]*action="([^"]+)"[^>]*>([\s\S]*?)<\/form>/g;

function inputsIn(html: string): Input[] {
  return [...html.matchAll(/<input[^>]*>/g)].map(([tag]) => ({
    name: attribute(tag, "name"),
    type: attribute(tag, "type"),
    value: attribute(tag, "value"),
    isNewPassword: attribute(tag, "autocomplete") === "new-password",
  }));
}

const attribute = (tag: string, name: string) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? "";

export const cookieOf = ({ cookie }: Person) => (cookie ? { cookie: `sid=${cookie}` } : {});

/** As a browser would: the newest one, or none any more. */
export function keepCookie(person: Person, headers: Answer["headers"]): void {
  for (const cookie of headers["set-cookie"] ?? []) person.cookie = /^sid=([^;]+)/.exec(cookie)?.[1] ?? null;
}

export const tokensIn = (paths: string[]): string[] => paths.flatMap((path) => /[\w-]{43}$/.exec(path) ?? []);
