// Fail closed: the written-out list of what is public, and proof that everything else turns a guest away.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { RequestHandler } from "express";
import pino from "pino";
import supertest from "supertest";
import { describe, expect, it, onTestFinished } from "vitest";
import { readSettings } from "../../config/env.ts";
import { createApp } from "../../src/app.ts";
import type { Feature } from "../../src/core.ts";
import { migrateUp } from "../../src/database/migrate.ts";
import { openStorage } from "../../src/database/open.ts";
import { features } from "../../src/features.ts";
import { requireAuth } from "../../src/sign-in/access.ts";
import { telling } from "../support/queries.ts";
import { databaseUrlIn, temporaryFolder } from "../support/storage.ts";
import { ROOT } from "./files.ts";

/** What a stranger may use, feature by feature. Whoever adds a line here says so in a review. */
const PUBLIC_OF: Record<string, string[]> = {
  home: ["GET /"],
  login: ["GET /login", "POST /login"],
  logout: ["POST /logout"],
  register: ["GET /register", "POST /register"],
  "password-reset": [
    ...["GET /forgot-password", "POST /forgot-password", "GET /reset-password/:token"],
    ...["GET /reset-password", "POST /reset-password"],
  ],
  "change-password": ["GET /.well-known/change-password"],
  health: ["GET /healthz", "GET /readyz"],
  "dev-mailbox": ["GET /dev/mailbox", "GET /dev/mailbox/:id", "GET /dev/mailbox/:id/html"],
  "email-verification": [
    ...["GET /verify-email", "POST /verify-email", "GET /verify-email/:token", "POST /verify-email/:token"],
  ],
  "change-email": [
    ...["GET /confirm-email/:token", "POST /confirm-email/:token"],
    ...["GET /undo-email-change/:token", "POST /undo-email-change/:token"],
  ],
};
/** A feature that was removed takes its lines along. */
const PUBLIC = Object.entries(PUBLIC_OF)
  .flatMap(([feature, routes]) => (existsSync(join(ROOT, "src/features", feature)) ? routes : []))
  .sort();
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

interface Layer {
  handle: RequestHandler;
  method?: string;
  route?: { path: string; stack: Layer[] };
}

/** The program as it is, with a count of its queries. */
async function createdApp(extra: Feature[] = []) {
  const settings = readSettings({
    SESSION_SECRET: "a secret for tests and for nothing else",
    DATABASE_URL: await databaseUrlIn(temporaryFolder()),
    ARGON2_MEMORY_KIB: "1024",
    ARGON2_PASSES: "1",
  });
  const storage = await openStorage(settings.databaseUrl);
  onTestFinished(() => storage.close());
  await migrateUp(storage.db);
  let queries = 0;
  const count = () => {
    queries += 1;
  };
  const { app } = await createApp({
    settings,
    storage: { ...storage, db: storage.db.withPlugin(telling(count)) },
    log: pino({ level: "silent" }),
    features: [...features, ...extra],
    isStopping: () => false,
  });
  const routes = (app.router.stack as unknown as Layer[]).flatMap(({ route }) => (route ? [route] : []));
  return { app, routes, queries: () => queries };
}

/** "GET /login" for each method that a route answers to, with its handlers in order. */
function doors({ path, stack }: { path: string; stack: Layer[] }) {
  const methods = [...new Set(stack.flatMap(({ method }) => (method ? [method] : [])))];
  return methods.map((method) => ({
    name: `${method.toUpperCase()} ${path}`,
    handlers: stack.filter((layer) => layer.method === method || !layer.method).map(({ handle }) => handle),
  }));
}

const isPublic = (name: string) => PUBLIC.includes(name);

describe("the wall", () => {
  it("stands before every route that is not on the public list, as its first handler", async () => {
    const { routes } = await createdApp();
    const all = routes.flatMap(doors);
    expect(all.length).toBeGreaterThan(20);
    const open = all.filter(({ handlers }) => handlers[0] !== requireAuth).map(({ name }) => name);
    expect(open.sort()).toEqual(PUBLIC);
  });

  it("has no way around: all routes are on the app itself, in no router of their own", async () => {
    const { app } = await createdApp();
    const layers = app.router.stack as unknown as Layer[];
    expect(layers.filter(({ handle }) => "stack" in handle && Array.isArray(handle.stack))).toEqual([]);
  });

  it("turns a guest away on every method, before any query", async () => {
    const { app, routes, queries } = await createdApp();
    const guarded = routes.filter((route) => doors(route).some(({ name }) => !isPublic(name)));
    expect(guarded.length).toBeGreaterThanOrEqual(4);
    for (const { path } of guarded)
      for (const method of METHODS.filter((one) => !isPublic(`${one === "HEAD" ? "GET" : one} ${path}`))) {
        const verb = method.toLowerCase() as "get";
        const answer = await supertest(app)[verb](path).set("accept", "text/html");
        const redirected = method === "GET" || method === "HEAD";
        expect(answer.status, `${method} ${path}`).toBe(redirected ? 302 : 401);
        if (redirected) expect(answer.headers.location).toBe(`/login?next=${encodeURIComponent(path)}`);
        expect(answer.headers["cache-control"]).toBe("no-store");
        expect(answer.headers["set-cookie"]).toBeUndefined();
      }
    expect(queries()).toBe(0);
  });

  it("protects a new page whose author said nothing, whatever the method", async () => {
    let entered = 0;
    const enter: RequestHandler = (_req, res) => {
      entered += 1;
      res.send("the secret");
    };
    const { app, queries } = await createdApp([
      ({ pages }) => {
        pages.get("/new-page", enter);
        pages.post("/new-page", enter);
      },
    ]);
    for (const method of METHODS) {
      const answer = await supertest(app)
        [method.toLowerCase() as "get"]("/new-page")
        .set("accept", "text/html");
      expect([302, 401], method).toContain(answer.status);
      expect(answer.text ?? "").not.toContain("the secret");
    }
    expect((await supertest(app).get("/new-page").set("accept", "application/json")).status).toBe(401);
    expect((await supertest(app).get("/new-page/")).status).not.toBe(200);
    expect((await supertest(app).get("/NEW-PAGE")).status).not.toBe(200);
    expect([entered, queries()]).toEqual([0, 0]);
  });
});
