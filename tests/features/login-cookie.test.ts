import { describe, expect, it } from "vitest";
import { startApp, type TestApp } from "../support/app.ts";
import { ADA, loggedIn, registered, type Visitor } from "../support/visitor.ts";

function setCookie(answer: { headers: Record<string, unknown> }): string {
  const cookies = [answer.headers["set-cookie"]].flat().filter(Boolean);
  expect(cookies).toHaveLength(1);
  return String(cookies[0]);
}

function holding(app: TestApp, cookie: string): Visitor {
  const visitor = app.visitor();
  visitor.headers = { cookie: `sid=${cookie}` };
  return visitor;
}

describe("the cookie of a login", () => {
  it("ends with the browser, is out of reach for scripts, and stays on this host", async () => {
    const ada = await registered((await startApp()).visitor());
    const cookie = setCookie(await ada.logIn());
    expect(cookie).toMatch(/^sid=[^;]+; /);
    expect(cookie.split("; ").slice(1).sort()).toEqual(["HttpOnly", "Path=/", "SameSite=Lax"]);
  });

  it("stays for thirty days when asked to remember", async () => {
    const ada = await registered((await startApp()).visitor());
    const cookie = setCookie(await ada.logIn(ADA, { rememberMe: "on" }));
    expect(cookie).toMatch(/; HttpOnly/);
    const ends = Date.parse(/Expires=([^;]+)/.exec(cookie)?.[1] ?? "");
    expect(Math.round((ends - Date.now()) / 86_400_000)).toBe(30);
  });

  it("says so by Max-Age", async () => {
    const ada = await registered((await startApp()).visitor());
    const cookie = setCookie(await ada.logIn(ADA, { rememberMe: "on" }));
    const seconds = Number(/Max-Age=(\d+)/.exec(cookie)?.[1]);
    expect(Math.abs(seconds - 30 * 86_400)).toBeLessThan(60);
  });

  it("stays as long as REMEMBER_ME_DAYS says", async () => {
    const ada = await registered((await startApp({ env: { REMEMBER_ME_DAYS: "3" } })).visitor());
    const cookie = setCookie(await ada.logIn(ADA, { rememberMe: "on" }));
    const ends = Date.parse(/Expires=([^;]+)/.exec(cookie)?.[1] ?? "");
    expect(Math.round((ends - Date.now()) / 86_400_000)).toBe(3);
  });

  it("is a new one, and the one from before is worth nothing", async () => {
    const app = await startApp();
    await registered(app.visitor());
    const ada = app.visitor();
    await ada.fillIn("/forgot-password", { email: "somebody@example.com" });
    const before = String(ada.cookie);
    expect(before).not.toBe("null");
    expect((await ada.logIn()).status).toBe(303);
    expect(ada.cookie).not.toBe(before);
    expect((await holding(app, before).get("/profile")).status).toBe(302);
    expect((await holding(app, String(ada.cookie)).get("/profile")).status).toBe(200);
  });

  it.each([
    ["invented", () => "s%3Aplanted.c2lnbmF0dXJl"],
    ["unsigned", () => "planted"],
    ["signed for another id", (real: string) => real.replace(/^s%3A../, "s%3AXX")],
    ["with another signature", (real: string) => `${real.slice(0, -2)}zz`],
    ["without its signature", (real: string) => real.split(".")[0] ?? ""],
  ])("is never adopted when it is %s", async (_how, planted) => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    const cookie = planted(String(ada.cookie));
    const stranger = holding(app, cookie);
    expect((await stranger.get("/profile")).status).toBe(302);
    const answer = await stranger.logIn();
    expect(answer.status).toBe(303);
    expect(setCookie(answer)).not.toContain(cookie);
  });

  it("is worth nothing after logging out", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    const copy = holding(app, String(ada.cookie));
    expect((await copy.get("/profile")).status).toBe(200);
    await ada.fillIn("/logout", {});
    expect((await copy.get("/profile")).status).toBe(302);
    expect((await copy.post("/profile", { firstName: "Eve", lastName: "Eve" })).status).toBe(401);
  });

  it("holds in each browser on its own", async () => {
    const app = await startApp();
    const laptop = await loggedIn(app.visitor());
    const phone = app.visitor();
    await phone.logIn();
    expect(phone.cookie).not.toBe(laptop.cookie);
    await laptop.fillIn("/logout", {});
    expect((await phone.get("/profile")).status).toBe(200);
  });

  it("still counts when the secret that signed it has become the second one, and not when it is gone", async () => {
    const [old, young] = [
      "the old secret that is long enough to be one",
      "the young secret that is long enough to be one",
    ];
    const first = await startApp({ env: { SESSION_SECRET: old } });
    const cookie = String((await loggedIn(first.visitor())).cookie);
    await first.stop();
    const second = await startApp({ folder: first.folder, env: { SESSION_SECRET: `${young},${old}` } });
    expect((await holding(second, cookie).get("/profile")).status).toBe(200);
    await second.stop();
    const third = await startApp({ folder: first.folder, env: { SESSION_SECRET: young } });
    expect((await holding(third, cookie).get("/profile")).status).toBe(302);
  });
});
