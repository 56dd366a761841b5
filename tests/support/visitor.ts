// A person with a browser: keeps cookies, follows nothing by itself, fills in the forms that are really on the page.

import supertest, { type Response, type Test } from "supertest";
import type { Mailbox } from "./mailbox.ts";

export type Fields = Record<string, string | string[]>;

export const ADA = {
  firstName: "Ada",
  lastName: "Lovelace",
  email: "ada@example.com",
  password: "violet tractor sings at dawn",
};
export const GRACE = {
  firstName: "Grace",
  lastName: "Hopper",
  email: "grace@example.org",
  password: "seven moths under glass",
};

export class Visitor {
  readonly origin: string;
  /** They can read the mail that is sent to them. */
  readonly mailbox: Mailbox;
  /** Headers sent with every request, besides what a browser sends. */
  headers: Record<string, string> = {};
  #agent: ReturnType<typeof supertest.agent>;

  constructor(origin: string, mailbox: Mailbox) {
    this.origin = origin;
    this.mailbox = mailbox;
    this.#agent = supertest.agent(origin);
  }

  get(path: string, headers: Record<string, string> = {}): Test {
    return this.#agent.get(path).set({ accept: "text/html", ...this.headers, ...headers });
  }

  head(path: string): Test {
    return this.#agent.head(path).set({ accept: "text/html", ...this.headers });
  }

  /** Any other method, without a body. */
  send(method: string, path: string, headers: Record<string, string> = {}): Test {
    const verb = method.toLowerCase() as "put";
    return this.#agent[verb](path).set({ accept: "text/html", ...this.headers, ...headers });
  }

  /** A form post as a browser makes it from one of our own pages. */
  post(path: string, fields: Fields = {}, headers: Record<string, string> = {}): Test {
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries(fields))
      for (const one of [value].flat()) body.append(name, one);
    return this.#agent
      .post(path)
      .set({
        accept: "text/html",
        origin: this.origin,
        "sec-fetch-site": "same-origin",
        ...this.headers,
        ...headers,
      })
      .type("form")
      .send(body.toString());
  }

  /** Opens a page, fills in its form and sends it, with the hidden fields the page has. */
  async fillIn(path: string, fields: Fields): Promise<Response> {
    const page = await this.get(path);
    const form = /<main[\s\S]*?<form[^>]*action="([^"]+)"[^>]*>([\s\S]*?)<\/form>/.exec(page.text);
    if (!form) throw new Error(`no form on ${path}: ${page.status} ${page.headers.location ?? page.text}`);
    const hidden = [...(form[2] ?? "").matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    const carried = Object.fromEntries(hidden.map(([, name, value]) => [name, unescapeHtml(value ?? "")]));
    return this.post(form[1] ?? path, { ...carried, ...fields });
  }

  register(person = ADA): Promise<Response> {
    return this.fillIn("/register", person);
  }

  logIn({ email, password } = ADA, more: Fields = {}): Promise<Response> {
    return this.fillIn("/login", { email, password, ...more });
  }

  /** The value of the session cookie, as the browser would send it, or null. */
  get cookie(): string | null {
    const jar = this.#agent.jar.getCookie("sid", {
      path: "/",
      domain: new URL(this.origin).hostname,
      secure: false,
      script: false,
    });
    return jar?.value ?? null;
  }
}

/** An account that can log in: registered, and its address confirmed if a mail asks for that. */
export async function registered(visitor: Visitor, person = ADA): Promise<Visitor> {
  await visitor.register(person);
  const [mail] = await visitor.mailbox.to(person.email);
  const link = /\/verify-email\/\S+/.exec(mail?.text ?? "")?.[0];
  if (link) await visitor.fillIn(link, {});
  return visitor;
}

/** Somebody who has just logged in, in a browser of their own. */
export async function loggedIn(visitor: Visitor, person = ADA): Promise<Visitor> {
  await registered(visitor, person);
  const answer = await visitor.logIn(person);
  const { location } = answer.headers;
  if (answer.status !== 303 || location !== "/")
    throw new Error(`could not log in: ${answer.status} ${location}`);
  return visitor;
}

function unescapeHtml(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/&amp;/g, "&")
    .replace(/&#34;|&quot;/g, '"');
}
