// Who may do what: the program's own router against the table in access-matrix.ts, for every kind of visitor.
import type { Express, RequestHandler } from "express";
import type { Response } from "supertest";
import { describe, expect, it } from "vitest";
import type { Feature } from "../../src/core.ts";
import { startApp, type TestApp } from "../support/app.ts";
import { stopTheClock } from "../support/clock.ts";
import { ADA, loggedIn, type Visitor } from "../support/visitor.ts";
import { hasFeature, type Kind, ROWS } from "./access-matrix.ts";

const ROUTER_TOLD_AT = "/tell-this-test-about-the-router";
const LONGER_THAN_RECENT = { minutes: 11 };
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];
/** Has the shape of a token, and of nothing that exists. */
const NO_SUCH_TOKEN = "A".repeat(43);

interface Layer {
  handle: RequestHandler & { stack?: unknown };
  method?: string;
  route?: { path: string; stack: Layer[] };
}

/** The app, and "GET /login" for each route and method that its router knows. */
async function startedApp(extraFeatures: Feature[] = []): Promise<{ app: TestApp; routes: string[] }> {
  let program: Express | undefined;
  const tellRouter: Feature = ({ publicPages }) =>
    publicPages.get(ROUTER_TOLD_AT, (req, res) => {
      program = req.app as Express;
      res.end();
    });
  const app = await startApp({ extraFeatures: [...extraFeatures, tellRouter] });
  await app.visitor().get(ROUTER_TOLD_AT);
  const layers = (program?.router.stack ?? []) as unknown as Layer[];
  if (layers.some(({ handle }) => Array.isArray(handle.stack)))
    throw new Error("A router inside the router: this test does not see its routes.");
  const routes = layers.flatMap(({ route }) => (route ? doorsOf(route) : []));
  return { app, routes: routes.filter((route) => route !== nameOf("GET", ROUTER_TOLD_AT)).sort() };
}

function doorsOf({ path, stack }: { path: string; stack: Layer[] }): string[] {
  const methods = new Set(stack.flatMap(({ method }) => (method ? [method.toUpperCase()] : [])));
  return [...methods].map((method) => nameOf(method, path));
}

/** One sentence for each way in which the table and the router differ. */
function differences(routes: string[]): string[] {
  const rows = ROWS.map(({ method, path }) => nameOf(method, path));
  const missing = routes.filter((route) => !rows.includes(route));
  const stale = rows.filter((row) => !routes.includes(row));
  const twice = rows.filter((row, index) => rows.indexOf(row) !== index);
  const file = "tests/rules/access-matrix.ts";
  return [
    ...missing.map(
      (route) => `Who may use it? Add to ${file}, under "## " and its feature:  ${route}  ?  ?  ?  ?  ?`,
    ),
    ...stale.map((row) => `There is no such route. Take out of ${file}:  ${row}`),
    ...twice.map((row) => `Twice in ${file}:  ${row}`),
  ];
}

const nameOf = (method: string, path: string) => `${method} ${path}`;

/** Makes visitors of one kind, each with an account of their own. */
function visitors(kind: Kind, app: TestApp, clock: ReturnType<typeof stopTheClock>) {
  let count = 0;
  return async (): Promise<Visitor> => {
    count += 1;
    const person = { ...ADA, email: `ada${count}@example.com` };
    const visitor = app.visitor();
    switch (kind) {
      case "guest":
        break;
      case "unverified":
        await visitor.register(person);
        break;
      case "half":
        await app.visitor().register(person);
        expect((await visitor.logIn(person)).headers.location).toBe("/verify-email");
        break;
      case "member":
        await loggedIn(visitor, person);
        clock.advance(LONGER_THAN_RECENT);
        break;
      case "confirmed": {
        await loggedIn(visitor, person);
        clock.advance(LONGER_THAN_RECENT);
        const answer = await visitor.fillIn("/confirm-password?next=/profile", { password: person.password });
        expect(answer.headers.location).toBe("/profile");
      }
    }
    return visitor;
  };
}

/** The word of the table for an answer. */
function outcomeOf({ status, headers }: Response, path: string): string {
  const back = `?next=${encodeURIComponent(pageOf(path))}`;
  if (status === 200) return "page";
  if (status !== 302 && status !== 303) return String(status);
  if (status === 302 && headers.location === `/login${back}`) return "login";
  if (headers.location === `/confirm-password${back}`) return "confirm";
  return String(headers.location);
}

/** Where the form is that posts there: on the page of the same address, or a folder up, as "/sessions" for "/sessions/:id/end". */
function pageOf(path: string): string {
  const isPage = ROWS.some((row) => row.method === "GET" && row.path === path);
  return isPage ? addressOf(path) : `/${path.split("/")[1]}`;
}

function addressOf(path: string): string {
  return path.replace(/:\w+/g, NO_SUCH_TOKEN);
}

function ask(visitor: Visitor, method: string, path: string): PromiseLike<Response> {
  if (method !== "POST") return visitor.get(addressOf(path));
  return visitor.post(addressOf(path), {}, { referer: visitor.origin + pageOf(path) });
}

/** The rows as they turn out for one kind of visitor. Who comes out of a row with another session is no longer of that kind. */
async function observed(newVisitor: () => Promise<Visitor>): Promise<Record<string, string>> {
  const seen: Record<string, string> = {};
  let visitor = await newVisitor();
  for (const { method, path } of ROWS) {
    const { cookie } = visitor;
    const answer = await ask(visitor, method, path);
    seen[nameOf(method, path)] = outcomeOf(answer, path);
    if (method === "GET") seen[nameOf("HEAD", path)] = outcomeOf(await visitor.head(addressOf(path)), path);
    if (visitor.cookie !== cookie) visitor = await newVisitor();
  }
  return seen;
}

/** As the table says; HEAD, which has no rows of its own, is a GET without the page. */
function expected(kind: Kind): Record<string, string> {
  const rows = ROWS.flatMap((row) => (row.method === "GET" ? [row, { ...row, method: "HEAD" }] : [row]));
  return Object.fromEntries(rows.map(({ method, path, outcomes }) => [nameOf(method, path), outcomes[kind]]));
}

/** The methods of each address that have no row: what they got, and what they should have. */
async function otherMethods(visitor: Visitor, kind: Kind) {
  const seen: Record<string, string> = {};
  const wanted: Record<string, string> = {};
  for (const path of new Set(ROWS.map((row) => row.path))) {
    const rows = ROWS.filter((row) => row.path === path);
    const walled = rows.some(({ outcomes }) => outcomes[kind] === "login" || outcomes[kind] === "401");
    for (const method of METHODS.filter((one) => !rows.some((row) => row.method === one))) {
      const answer = await visitor.send(method, addressOf(path), { accept: "application/json" });
      seen[nameOf(method, path)] = String(answer.status);
      wanted[nameOf(method, path)] = walled ? "401" : "405";
    }
  }
  return { seen, wanted };
}

describe("the table of who may do what", () => {
  it("has a row for every route and method, and a route for every row", async () => {
    const { routes } = await startedApp();
    expect(routes.length).toBeGreaterThan(15);
    expect(differences(routes)).toEqual([]);
  });

  it("asks for the row of a new page, by name", async () => {
    const newPage: Feature = ({ pages }) => pages.post("/new-page", (_req, res) => void res.end());
    const { routes } = await startedApp([newPage]);
    expect(differences(routes)).toContainEqual(
      expect.stringMatching(/Add to tests\/rules\/access-matrix\.ts, .* POST \/new-page {2}\?/),
    );
  });

  it("notices a row whose page is gone", () => {
    const routes = ROWS.map(({ method, path }) => nameOf(method, path));
    expect(differences(routes.filter((route) => route !== "GET /profile"))).toEqual([
      expect.stringContaining("Take out of tests/rules/access-matrix.ts:  GET /profile"),
    ]);
  });
});

const PEOPLE: [Kind, string][] = [
  ["guest", "a guest"],
  ["unverified", "somebody who has registered and opened no link"],
  ["half", "somebody who has typed the right password and has a step to do"],
  ["member", "a member whose password was typed too long ago for what is sensitive"],
  ["confirmed", "a member who has just confirmed the password"],
];
/** Without a feature that asks for a login step nobody is half in. */
const canExist = (kind: Kind) => kind !== "half" || hasFeature("email-verification");

describe("as the table says", () => {
  it.each(PEOPLE.filter(([kind]) => canExist(kind)))("%s: %s is answered, on every method", async (kind) => {
    const clock = stopTheClock();
    const { app } = await startedApp();
    const newVisitor = visitors(kind, app, clock);
    expect(await observed(newVisitor)).toEqual(expected(kind));
    const { seen, wanted } = await otherMethods(await newVisitor(), kind);
    expect(seen).toEqual(wanted);
  });
});
