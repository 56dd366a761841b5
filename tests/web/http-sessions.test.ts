import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startApp, type TestApp } from "../support/app.ts";
import { stopTheClock } from "../support/clock.ts";
import { inShortLived, postgresServer } from "../support/storage.ts";
import { loggedIn, registered } from "../support/visitor.ts";

async function rows({ storage }: TestApp): Promise<number> {
  return (await inShortLived(storage, "SELECT sid FROM sessions")).length;
}

const COOKIE = '{"originalMaxAge":null,"expires":null,"httpOnly":true,"path":"/"}';

/** PostgreSQL's column takes nothing but JSON. */
const DAMAGED = [
  ...(postgresServer ? [] : ["{", ""]),
  ...["null", "[]", '"text"', "{}", '{"cookie":null}', '{"cookie":{},"loginId":null}'],
  ...['{"cookie":{},"loginId":"nobody"}', `{"cookie":${COOKIE},"loginId":{}}`],
];

const LOOKING = [
  "/",
  "/login",
  "/register",
  "/forgot-password",
  "/profile",
  "/nowhere",
  "/healthz",
  "/css/app.css",
];

describe("the session of a guest", () => {
  it("does not exist for one who only looks or mistypes", async () => {
    const app = await startApp();
    const guest = app.visitor();
    for (const path of LOOKING) expect((await guest.get(path)).headers["set-cookie"]).toBeUndefined();
    expect((await guest.register({ ...guestly, password: "short" })).headers["set-cookie"]).toBeUndefined();
    expect((await guest.logIn({ ...guestly })).headers["set-cookie"]).toBeUndefined();
    expect((await guest.get("/reset-password")).headers["set-cookie"]).toBeUndefined();
    expect(await rows(app)).toBe(0);
  });

  it("carries one message, and is gone with it", async () => {
    const app = await startApp();
    const ada = app.visitor();
    await ada.fillIn("/forgot-password", { email: "ada@example.com" });
    expect(ada.cookie).not.toBeNull();
    expect(await rows(app)).toBe(1);
    const shown = await ada.get("/forgot-password");
    expect(shown.text).toContain("If there is an account");
    expect(String(shown.headers["set-cookie"])).toMatch(/^sid=; .*Expires=Thu, 01 Jan 1970/);
    expect(ada.cookie).toBeNull();
    expect(await rows(app)).toBe(0);
    expect((await ada.get("/forgot-password")).text).not.toContain("If there is an account");
  });

  it("keeps its message through a redirect and a HEAD until a page shows it", async () => {
    const ada = (await startApp()).visitor();
    await ada.fillIn("/forgot-password", { email: "ada@example.com" });
    await ada.get("/dashboard");
    await ada.get("/css/app.css");
    await ada.head("/forgot-password");
    expect((await ada.get("/forgot-password")).text).toContain("If there is an account");
  });

  it("keeps a reset that is under way when its message has been shown", async () => {
    const app = await startApp();
    const ada = await registered(app.visitor());
    await ada.fillIn("/forgot-password", { email: "ada@example.com" });
    await ada.get(await app.mailbox.link("ada@example.com", /Reset/, "/reset-password/"));
    await ada.get("/forgot-password");
    expect((await ada.get("/reset-password")).status).toBe(200);
  });

  it("is forgotten after an hour", async () => {
    const clock = stopTheClock();
    const app = await startApp();
    const ada = app.visitor();
    await ada.register();
    clock.advance({ minutes: 61 });
    expect((await ada.get("/login")).text).not.toContain("Check your email");
    await app.purge();
    expect(await rows(app)).toBe(0);
  });

  it("leaves nothing behind when the login it belonged to has ended", async () => {
    const clock = stopTheClock();
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    clock.advance({ minutes: 31 });
    await ada.get("/");
    await ada.get("/login");
    expect(await rows(app)).toBe(0);
    expect(ada.cookie).toBeNull();
  });
});

describe("what sessions are kept in", () => {
  it.skipIf(postgresServer)(
    "is a file that may be deleted: everybody is logged out, and nothing else is lost",
    async () => {
      const app = await startApp();
      const ada = await loggedIn(app.visitor());
      await ada.fillIn("/profile", { firstName: "Augusta", lastName: "King" });
      await app.stop();
      for (const end of ["", "-wal", "-shm"]) rmSync(join(app.folder, `sessions.db${end}`), { force: true });
      const again = await startApp({ folder: app.folder });
      const visitor = again.visitor();
      visitor.headers = { cookie: `sid=${ada.cookie}` };
      expect((await visitor.get("/profile")).status).toBe(302);
      const newcomer = again.visitor();
      expect((await newcomer.logIn()).status).toBe(303);
      expect((await newcomer.get("/")).text).toContain("Hello, Augusta");
    },
  );

  it("keeps logins over a restart", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    await app.stop();
    const visitor = (await startApp({ folder: app.folder })).visitor();
    visitor.headers = { cookie: `sid=${ada.cookie}` };
    expect((await visitor.get("/profile")).status).toBe(200);
  });

  it.each(DAMAGED)("with the damaged row %s logs its owner out, who can log in again", async (damaged) => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    await inShortLived(app.storage, `UPDATE sessions SET sess = '${damaged}'`);
    expect((await ada.get("/profile")).status).toBe(302);
    expect((await ada.get("/")).status).toBe(200);
    expect((await ada.logIn()).status).toBe(303);
    expect((await ada.get("/profile")).status).toBe(200);
  });
});

const guestly = {
  firstName: "A",
  lastName: "B",
  email: "guest@example.com",
  password: "not a password of anybody",
};
