// "Confirm it's you" before something sensitive: here a page of our own, as a developer would add one.
import { describe, expect, it } from "vitest";
import type { Feature } from "../../src/core.ts";
import { requireRecentAuth } from "../../src/sign-in/access.ts";
import { startApp, type TestApp } from "../support/app.ts";
import { stopTheClock } from "../support/clock.ts";
import { ADA, GRACE, loggedIn, registered, type Visitor } from "../support/visitor.ts";

const ASKED = "/confirm-password?next=%2Fvault";
const WRONG = "not her password at all";
const confirm = (visitor: Visitor, password = ADA.password, path = ASKED) =>
  visitor.fillIn(path, { password });

/** The program with a page that wants a password typed a short while ago. */
async function withVault(env: Record<string, string> = {}): Promise<TestApp & { opened: string[] }> {
  const opened: string[] = [];
  const vault: Feature = ({ pages }) => {
    pages.get("/vault", requireRecentAuth, (_req, res) => void res.send("gold"));
    pages.post("/vault/open", requireRecentAuth, (req, res) => {
      opened.push(req.user?.email ?? "");
      res.redirect(303, "/vault");
    });
  };
  return { ...(await startApp({ env, extraFeatures: [vault] })), opened };
}

describe("a page that wants a recent password", () => {
  it("opens for ten minutes after the login, to the second, and then asks", async () => {
    const clock = stopTheClock();
    const ada = await loggedIn((await withVault()).visitor());
    clock.advance({ minutes: 9, seconds: 59 });
    expect((await ada.get("/vault")).text).toBe("gold");
    clock.advance({ seconds: 1 });
    const answer = await ada.get("/vault");
    expect([answer.status, answer.headers.location]).toEqual([303, ASKED]);
    expect((await ada.head("/vault")).status).toBe(303);
    expect((await ada.get("/profile")).status).toBe(200);
  });

  it("opens for ten minutes more once the password was typed, and leads back to the very page", async () => {
    const clock = stopTheClock();
    const ada = await loggedIn((await withVault()).visitor());
    clock.advance({ minutes: 10 });
    const asked = String((await ada.get("/vault?shelf=3&all=yes")).headers.location);
    expect(asked).toBe("/confirm-password?next=%2Fvault%3Fshelf%3D3%26all%3Dyes");
    const answer = await confirm(ada, ADA.password, asked);
    expect([answer.status, answer.headers.location]).toEqual([303, "/vault?shelf=3&all=yes"]);
    clock.advance({ minutes: 9, seconds: 59 });
    expect((await ada.get("/vault")).text).toBe("gold");
    clock.advance({ seconds: 1 });
    expect((await ada.get("/vault")).headers.location).toBe(ASKED);
  });

  it("does nothing of what is posted to it before that, and leads back to the form", async () => {
    const clock = stopTheClock();
    const app = await withVault();
    const ada = await loggedIn(app.visitor());
    clock.advance({ minutes: 10 });
    const answer = await ada.post("/vault/open", {}, { referer: `${app.origin}/vault` });
    expect([answer.status, answer.headers.location]).toEqual([303, ASKED]);
    expect(app.opened).toEqual([]);
    await confirm(ada);
    await ada.post("/vault/open");
    expect(app.opened).toEqual([ADA.email]);
  });

  it("is opened by a confirmation in this browser only", async () => {
    const clock = stopTheClock();
    const app = await withVault();
    const [ada, elsewhere] = [await loggedIn(app.visitor()), app.visitor()];
    await elsewhere.logIn();
    clock.advance({ minutes: 10 });
    await confirm(ada);
    expect((await elsewhere.get("/vault")).status).toBe(303);
    expect((await ada.get("/vault")).status).toBe(200);
  });
});

describe("POST /confirm-password", () => {
  it("refuses a wrong password, that of another person and an empty one, and shows none of them", async () => {
    const clock = stopTheClock();
    const app = await withVault();
    await registered(app.visitor(), GRACE);
    const ada = await loggedIn(app.visitor());
    clock.advance({ minutes: 10 });
    for (const password of [WRONG, GRACE.password, "", ADA.password.toUpperCase()]) {
      const answer = await confirm(ada, password);
      expect(answer.status).toBe(422);
      expect(answer.text).toContain('name="next" value="/vault"');
      if (password) expect(answer.text).not.toContain(password);
    }
    expect((await ada.post("/confirm-password", { password: [ADA.password, ADA.password] })).status).toBe(
      422,
    );
    expect((await ada.get("/vault")).headers.location).toBe(ASKED);
    const outcomes = app.logs.filter(({ event }) => event === "password-confirmed");
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["failure", "failure", "failure"]);
  });

  it("gives the login a new session id; the old cookie is worth nothing", async () => {
    const app = await withVault();
    const ada = await loggedIn(app.visitor());
    const before = ada.cookie;
    await confirm(ada);
    expect(ada.cookie).not.toBe(before);
    expect((await ada.get("/profile")).status).toBe(200);
    expect((await app.visitor().get("/profile", { cookie: `sid=${before}` })).status).toBe(302);
  });

  it("keeps a remembered login remembered, and no longer than before", async () => {
    const clock = stopTheClock();
    const app = await withVault({ REMEMBER_ME_DAYS: "2" });
    const ada = await registered(app.visitor());
    await ada.logIn(ADA, { rememberMe: "on" });
    const endsAt = new Date(Date.now() + 2 * 86_400_000).toUTCString();
    clock.advance({ days: 1 });
    expect(String((await confirm(ada)).headers["set-cookie"])).toContain(`Expires=${endsAt}`);
    clock.advance({ days: 1 });
    expect((await app.visitor().get("/profile", { cookie: `sid=${ada.cookie}` })).status).toBe(302);
  });

  it("is throttled together with the login", async () => {
    const app = await withVault({ RATE_LIMIT_SCALE: "1" });
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
    const app = await withVault({ RATE_LIMIT_SCALE: "1" });
    const ada = await loggedIn(app.visitor());
    const guesses = Array.from({ length: 100 }, () => ada.post("/confirm-password", { password: WRONG }));
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 422)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(95);
  });

  it("leads nowhere but to a path of this site", async () => {
    const app = await withVault();
    const ada = await loggedIn(app.visitor());
    const away = [
      "//evil.test",
      "/\\evil.test",
      "https://evil.test",
      "/..//evil.test",
      "/\t/evil.test",
      "vault",
    ];
    for (const next of [...away, "javascript:alert(1)", `/${"a".repeat(600)}`, ""]) {
      const page = await ada.get(`/confirm-password?next=${encodeURIComponent(next)}`);
      expect(page.text, next).not.toContain('name="next"');
      const answer = await ada.post("/confirm-password", { password: ADA.password, next });
      expect([answer.status, answer.headers.location], next).toEqual([303, "/"]);
    }
    const referred = { referer: "https://evil.test/vault?x" };
    expect((await ada.post("/confirm-password", { password: ADA.password }, referred)).headers.location).toBe(
      "/",
    );
  });

  it("is for members only, and refused from another site", async () => {
    const app = await withVault();
    expect((await app.visitor().get(ASKED)).headers.location).toMatch(/^\/login\?next=%2Fconfirm-password/);
    expect((await app.visitor().post("/confirm-password", { password: ADA.password })).status).toBe(401);
    const ada = await loggedIn(app.visitor());
    const forged = { "sec-fetch-site": "cross-site", origin: "https://evil.test" };
    expect((await ada.post("/confirm-password", { password: ADA.password }, forged)).status).toBe(403);
  });
});
