// A session id that was given up is worth nothing any more: what a stolen copy of an old cookie would open.
import { describe, expect, it } from "vitest";
import { startApp, type TestApp } from "../support/app.ts";
import { inShortLived } from "../support/storage.ts";
import { ADA, loggedIn, registered, type Visitor } from "../support/visitor.ts";

const rows = async ({ storage }: TestApp) => (await inShortLived(storage, "SELECT sid FROM sessions")).length;

/** Opens a members' page with nothing but a copy of that cookie. */
const opens = async (app: TestApp, cookie: string | null) =>
  (await app.visitor().get("/dashboard", { cookie: `sid=${cookie}` })).status === 200;

function cookieOf(visitor: Visitor): string {
  const { cookie } = visitor;
  if (!cookie) throw new Error("no cookie");
  return cookie;
}

describe("an old session", () => {
  it("ends when the password is changed: the cookie from before opens nothing, the new one does", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    const before = cookieOf(ada);
    expect(await opens(app, before)).toBe(true);
    const form = { currentPassword: ADA.password, password: "seven otters beneath the pier" };
    expect((await ada.fillIn("/change-password", form)).status).toBe(303);
    expect(cookieOf(ada)).not.toBe(before);
    expect(await opens(app, cookieOf(ada))).toBe(true);
    expect(await opens(app, before)).toBe(false);
  });

  it("ends at login: what was planted or shown before it is no login", async () => {
    const app = await startApp();
    const ada = await registered(app.visitor());
    const before = cookieOf(ada);
    expect((await ada.logIn()).status).toBe(303);
    expect(cookieOf(ada)).not.toBe(before);
    expect(await opens(app, before)).toBe(false);
    expect(await rows(app)).toBe(1);
  });

  it("ends at logout, and leaves neither a cookie nor a row once its last message was read", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    const before = cookieOf(ada);
    await ada.post("/logout");
    expect(await opens(app, before)).toBe(false);
    expect((await ada.get("/login")).text).toContain("You are logged out");
    expect(ada.cookie).toBeNull();
    expect(await rows(app)).toBe(0);
  });

  it("leaves no rows behind, however often somebody logs in and out", async () => {
    const app = await startApp();
    const ada = await registered(app.visitor());
    for (let day = 0; day < 5; day += 1) {
      await ada.logIn();
      await ada.post("/logout");
      await ada.get("/login");
    }
    expect(await rows(app)).toBe(0);
  });
});
