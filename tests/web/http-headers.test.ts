import type { Response } from "supertest";
import { describe, expect, it } from "vitest";
import { startApp, type TestAppOptions } from "../support/app.ts";
import { loggedIn } from "../support/visitor.ts";

const BROKEN: TestAppOptions = {
  extraFeatures: [
    ({ publicPages }) =>
      publicPages.get("/broken", () => {
        throw new Error("a fault");
      }),
  ],
};

/** One answer of every kind, by what it is. */
async function oneOfEach(): Promise<Record<string, Response>> {
  const app = await startApp(BROKEN);
  const guest = app.visitor();
  const ada = await loggedIn(app.visitor());
  return {
    "a public page": await guest.get("/"),
    "a form": await guest.get("/login"),
    "a member's page": await ada.get("/profile"),
    "a redirect": await guest.get("/profile"),
    "a form with errors": await guest.post("/login", {}),
    "a refusal": await guest.post("/profile", {}),
    "a post from elsewhere": await guest.post("/login", {}, { "sec-fetch-site": "cross-site" }),
    "a missing page": await guest.get("/nowhere"),
    "a wrong method": await guest.send("DELETE", "/login"),
    "a spent link": await guest.get("/reset-password/x"),
    "a body that is too large": await guest.post("/login", { email: "a".repeat(100_000) }),
    "a fault": await guest.get("/broken"),
    "a health check": await guest.get("/healthz"),
    "a static file": await guest.get("/css/app.css"),
    "a missing static file": await guest.get("/css/nothing.css"),
  };
}

describe("every answer", () => {
  it("carries the security headers and no name of what made it", async () => {
    const answers = await oneOfEach();
    for (const [what, { headers }] of Object.entries(answers)) {
      const policy = String(headers["content-security-policy"]);
      for (const part of [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
      ])
        expect(policy, what).toContain(part);
      expect(policy, what).not.toMatch(/unsafe|\*|data:|http/);
      expect(headers, what).toMatchObject({
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": expect.stringContaining("camera=()"),
      });
      expect(headers["x-request-id"], what).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers["x-powered-by"], what).toBeUndefined();
      expect(headers.server, what).toBeUndefined();
      expect(headers["access-control-allow-origin"], what).toBeUndefined();
    }
  });

  it("is never stored, unless it is a static file", async () => {
    const { "a static file": file, ...pages } = await oneOfEach();
    for (const [what, { headers }] of Object.entries(pages)) {
      expect(headers["cache-control"], what).toBe("no-store");
      expect(headers.etag, what).toBeUndefined();
    }
    expect(file?.headers["cache-control"]).toBe("no-cache");
  });

  it("has the status of what happened", async () => {
    const answers = await oneOfEach();
    const statuses = Object.fromEntries(Object.entries(answers).map(([what, { status }]) => [what, status]));
    expect(statuses).toEqual({
      "a public page": 200,
      "a form": 200,
      "a member's page": 200,
      "a redirect": 302,
      "a form with errors": 422,
      "a refusal": 401,
      "a post from elsewhere": 403,
      "a missing page": 404,
      "a wrong method": 405,
      "a spent link": 410,
      "a body that is too large": 413,
      "a fault": 500,
      "a health check": 200,
      "a static file": 200,
      "a missing static file": 404,
    });
  });

  it("has an id of our own, whatever the client sends", async () => {
    const guest = (await startApp()).visitor();
    const answer = await guest.get("/", { "x-request-id": "chosen" });
    expect(answer.headers["x-request-id"]).not.toBe("chosen");
  });

  it("holds no script and no style of its own, and nothing from elsewhere", async () => {
    const answers = await oneOfEach();
    for (const [what, { text, headers }] of Object.entries(answers)) {
      if (!String(headers["content-type"]).startsWith("text/html")) continue;
      expect(text, what).not.toMatch(/<style|<script(?![^>]* src=)|\son[a-z]+=|\sstyle=|javascript:/i);
      expect(text, what).not.toMatch(/(?:src|href|action)="(?:https?:)?\/\//);
    }
  });
});

describe("the log", () => {
  it("has one line for each request, with its route and never its address", async () => {
    const app = await startApp(BROKEN);
    const guest = app.visitor();
    await guest.get("/login?next=%2Fsecret-place");
    await guest.get("/reset-password/secret-token");
    await guest.get("/nowhere/secret-name");
    await guest.post("/profile", { firstName: "secret" }, { cookie: "sid=secret", authorization: "secret" });
    await guest.get("/broken?secret");
    const lines = app.logs.filter(({ status }) => status !== undefined);
    expect(lines.map(({ method, route, status }) => `${method} ${route} ${status}`)).toEqual([
      "GET /login 200",
      "GET /reset-password/:token 410",
      "GET null 404",
      "POST /profile 401",
      "GET /broken 500",
    ]);
    for (const line of lines)
      expect(line).toMatchObject({ requestId: expect.any(String), ms: expect.any(Number) });
    expect(JSON.stringify(app.logs)).not.toContain("secret");
  });
});
