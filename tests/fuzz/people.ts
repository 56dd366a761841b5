// Who sends the requests: browsers with a cookie, who have seen pages and mails, and so know links and forms.
import type { TestApp } from "../support/app.ts";
import { loggedIn, type Visitor } from "../support/visitor.ts";
import { BLANKS, type Plan } from "./odd-requests.ts";
import type { Answer, Ask, Written } from "./wire.ts";

export interface Person {
  email: string;
  password: string;
  cookie: string | null;
  links: string[];
  forms: { action: string; fields: [name: string, type: string, value: string][] }[];
  tokens: string[];
  /** What they have written into a request themselves, and may so be shown again. */
  said: string;
}

/** With an account, in the browser that has its cookie. */
export function personOf(visitor: Visitor, { email, password }: { email: string; password: string }): Person {
  return { email, password, cookie: visitor.cookie, links: [], forms: [], tokens: [], said: "" };
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

/** A browser that has nothing yet, of somebody who knows this member's password. */
export const newStranger = (member: Person): Person => ({
  ...member,
  cookie: null,
  links: [],
  forms: [],
  said: "",
});

/** What of theirs may stand in no log: the password, the two parts of the cookie, the tokens. */
export function secretsOf({ password, cookie, tokens }: Person): string[] {
  const parts = decodeURIComponent(cookie ?? "")
    .replace(/^s:/, "")
    .split(".");
  return [password, ...parts.filter((part) => part !== ""), ...tokens];
}

/** Opens every page, and every link in the mails to their domain, and remembers the links and forms on them. */
export async function lookAround(app: TestApp, ask: Ask, person: Person, pages: string[]): Promise<void> {
  const domain = person.email.split("@")[1] ?? "";
  const mails = (await app.mailbox.all()).filter(({ recipient }) => recipient.endsWith(`@${domain}`));
  const mailed = mails
    .flatMap(({ text }) => text.match(/https?:\/\/\S+/g) ?? [])
    .map((url) => new URL(url).pathname);
  person.tokens = mailed.flatMap((path) => /[\w-]{43}$/.exec(path) ?? []);
  person.links = mailed;
  person.forms = [];
  for (const path of [...pages, ...mailed]) {
    const { text, headers } = await ask({
      method: "GET",
      path,
      headers: headersOf(person, { accept: "text/html" }),
    });
    keepCookie(person, headers);
    person.links.push(...[...text.matchAll(/href="(\/[^"]*)"/g)].map(([, href = ""]) => href));
    for (const [, action = "", inside = ""] of text.matchAll(
      /<form[^>]*action="([^"]+)"[^>]*>([\s\S]*?)<\/form>/g,
    ))
      person.forms.push({ action, fields: fieldsIn(inside) });
  }
}

function fieldsIn(html: string): [name: string, type: string, value: string][] {
  return [...html.matchAll(/<input[^>]*>/g)].map(([input]) => [
    attribute(input, "name"),
    attribute(input, "type"),
    attribute(input, "value"),
  ]);
}

const attribute = (tag: string, name: string) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? "";

function headersOf({ cookie }: Person, headers: Record<string, string>): Record<string, string> {
  return cookie ? { cookie: `sid=${cookie}`, ...headers } : headers;
}

/** As a browser would: the newest one, or none any more. */
export function keepCookie(person: Person, headers: Answer["headers"]): void {
  for (const cookie of headers["set-cookie"] ?? []) person.cookie = /^sid=([^;]+)/.exec(cookie)?.[1] ?? null;
}

/** The request of a plan as this person sends it; `nth` makes addresses that nobody had before. */
export function dressed(plan: Plan, person: Person, neighbour: string, nth: number): Written {
  const domain = person.email.split("@")[1];
  const token = person.tokens[nth % (person.tokens.length || 1)] ?? "B".repeat(43);
  const blanks = [person.email, person.password, `new${nth}@${domain}`, neighbour, token];
  const fill = (text: string) =>
    BLANKS.reduce((so, blank, at) => so.replaceAll(blank, blanks[at] ?? ""), text);

  const { path, right } = aimed(plan, person);
  const fields = typeof plan.body === "string" ? null : [...right, ...plan.body];
  const body = fields ? encoded(fields.map(([name, text]) => [name, fill(text)])) : String(plan.body);
  const hasBody = plan.method !== "TRACE" && body !== "";
  const headers = headersOf(person, {
    ...(hasBody && { "content-type": "application/x-www-form-urlencoded" }),
    ...plan.headers,
  });
  return { method: plan.method, path: fill(path) + plan.query, headers, ...(hasBody && { body }) };
}

/** Where it goes, and the fields of the form that is there as a person would fill it in, unless the plan has others. */
function aimed({ aim, body }: Plan, { links, forms }: Person): { path: string; right: [string, string][] } {
  if ("path" in aim) return { path: aim.path, right: [] };
  if ("link" in aim) return { path: links[aim.link % links.length] ?? "/", right: [] };
  const form = forms[aim.form % forms.length];
  const changed = new Set(typeof body === "string" ? [] : body.map(([name]) => name));
  const fields = form?.fields.filter(([name]) => !changed.has(name)) ?? [];
  return {
    path: form?.action ?? "/",
    right: fields.map(([name, type, value]) => [name, rightFor(type, value)]),
  };
}

function rightFor(type: string, value: string): string {
  if (type === "email") return "{email}";
  if (type === "password") return "{password}";
  return value || "Ada";
}

function encoded(fields: [string, string][]): string {
  return fields
    .map((pair) => pair.map((text) => encodeURIComponent(text.toWellFormed())).join("="))
    .join("&");
}
