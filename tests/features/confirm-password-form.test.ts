import { describe, expect, it } from "vitest";
import { startApp } from "../support/app.ts";
import { stopTheClock } from "../support/clock.ts";
import { ADA, loggedIn, registered, type Visitor } from "../support/visitor.ts";

const ASKED = "/confirm-password?next=%2Fprofile";
const WRONG = "not her password at all";
const confirm = (visitor: Visitor, password = ADA.password) => visitor.fillIn(ASKED, { password });

describe("POST /confirm-password", () => {
  it("gives the login a new session id; the old cookie is worth nothing", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    const before = ada.cookie;
    await confirm(ada);
    expect(ada.cookie).not.toBe(before);
    expect((await ada.get("/profile")).status).toBe(200);
    expect((await app.visitor().get("/profile", { cookie: `sid=${before}` })).status).toBe(302);
  });

  it("keeps a remembered login remembered, and no longer than before", async () => {
    const clock = stopTheClock();
    const app = await startApp({ env: { REMEMBER_ME_DAYS: "2" } });
    const ada = await registered(app.visitor());
    await ada.logIn(ADA, { rememberMe: "on" });
    const endsAt = new Date(Date.now() + 2 * 86_400_000).toUTCString();
    clock.advance({ days: 1 });
    expect(String((await confirm(ada)).headers["set-cookie"])).toContain(`Expires=${endsAt}`);
    clock.advance({ days: 1 });
    expect((await app.visitor().get("/profile", { cookie: `sid=${ada.cookie}` })).status).toBe(302);
  });

  it("is throttled together with the login", async () => {
    const app = await startApp({ env: { RATE_LIMIT_SCALE: "1" } });
    const ada = await loggedIn(app.visitor());
    const stranger = app.visitor();
    for (let guess = 0; guess < 3; guess++)
      expect((await stranger.logIn({ ...ADA, password: WRONG })).status).toBe(422);
    for (let guess = 0; guess < 2; guess++) expect((await confirm(ada, WRONG)).status).toBe(422);
    const refused = await confirm(ada);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect((await stranger.logIn()).status).toBe(429);
    expect((await ada.get("/profile")).status).toBe(200);
  });

  it("lets no more than five of a hundred guesses at once be looked at", async () => {
    const app = await startApp({ env: { RATE_LIMIT_SCALE: "1" } });
    const ada = await loggedIn(app.visitor());
    const guesses = Array.from({ length: 100 }, () => ada.post("/confirm-password", { password: WRONG }));
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 422)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(95);
  });

  it("leads nowhere but to a path of this site", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    const away = [
      "//evil.test",
      "/\\evil.test",
      "https://evil.test",
      "/..//evil.test",
      "/\t/evil.test",
      "profile",
    ];
    for (const next of [...away, "javascript:alert(1)", `/${"a".repeat(600)}`, ""]) {
      const page = await ada.get(`/confirm-password?next=${encodeURIComponent(next)}`);
      expect(page.text, next).not.toContain('name="next"');
      const answer = await ada.post("/confirm-password", { password: ADA.password, next });
      expect([answer.status, answer.headers.location], next).toEqual([303, "/"]);
    }
    const referred = { referer: "https://evil.test/profile?x" };
    expect((await ada.post("/confirm-password", { password: ADA.password }, referred)).headers.location).toBe(
      "/",
    );
  });

  it("is for members only, and refused from another site", async () => {
    const app = await startApp();
    expect((await app.visitor().get(ASKED)).headers.location).toMatch(/^\/login\?next=%2Fconfirm-password/);
    expect((await app.visitor().post("/confirm-password", { password: ADA.password })).status).toBe(401);
    const ada = await loggedIn(app.visitor());
    const forged = { "sec-fetch-site": "cross-site", origin: "https://evil.test" };
    expect((await ada.post("/confirm-password", { password: ADA.password }, forged)).status).toBe(403);
  });
});
