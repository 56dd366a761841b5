import { describe, expect, it } from "vitest";
import { startApp, type TestApp } from "../support/app.ts";
import { stopTheClock } from "../support/clock.ts";
import { ADA, GRACE, loggedIn, registered } from "../support/visitor.ts";

const NEW = "eleven copper kites at noon";
const WITH_NEW = { ...ADA, password: NEW };

async function resetLink(app: TestApp, email = ADA.email): Promise<string> {
  await app.visitor().fillIn("/forgot-password", { email });
  return app.mailbox.link(email, /Reset/, "/reset-password/");
}

describe("a reset link", () => {
  it("leads to a form that sets a new password, and then to the login", async () => {
    const app = await startApp();
    await registered(app.visitor());
    const ada = app.visitor();
    const opened = await ada.get(await resetLink(app));
    expect([opened.status, opened.headers.location]).toEqual([303, "/reset-password"]);
    expect((await ada.get("/reset-password")).text).toContain(ADA.email);
    const answer = await ada.fillIn("/reset-password", { password: NEW });
    expect([answer.status, answer.headers.location]).toEqual([303, "/login"]);
    expect((await ada.get("/profile")).status).toBe(302);
    expect((await ada.get("/login")).text).toContain("Your password is changed.");
    expect((await ada.logIn()).status).toBe(422);
    expect((await ada.logIn(WITH_NEW)).status).toBe(303);
  });

  it("may be fetched by mail scanners as often as they like, and logs nobody in", async () => {
    const app = await startApp();
    await registered(app.visitor());
    const link = await resetLink(app);
    for (const look of [() => app.visitor().head(link), () => app.visitor().get(link)])
      for (let times = 0; times < 2; times++) expect((await look()).status).toBe(303);
    const ada = app.visitor();
    await ada.get(link);
    await ada.get("/reset-password");
    expect((await ada.get("/profile")).status).toBe(302);
    expect((await ada.fillIn("/reset-password", { password: NEW })).status).toBe(303);
  });

  it("works in a browser where somebody else is logged in, for the account it was mailed to", async () => {
    const app = await startApp();
    await registered(app.visitor());
    const shared = await loggedIn(app.visitor(), GRACE);
    await shared.get(await resetLink(app));
    expect((await shared.get("/reset-password")).text).toContain(ADA.email);
    expect((await shared.fillIn("/reset-password", { password: NEW })).status).toBe(303);
    expect((await app.visitor().logIn(WITH_NEW)).status).toBe(303);
    expect((await app.visitor().logIn(GRACE)).status).toBe(303);
  });

  it("works once", async () => {
    const app = await startApp();
    await registered(app.visitor());
    const link = await resetLink(app);
    const ada = app.visitor();
    await ada.get(link);
    await ada.fillIn("/reset-password", { password: NEW });
    for (const again of [await ada.get(link), await app.visitor().get(link)]) {
      expect(again.status).toBe(410);
      expect(again.text).toContain('href="/forgot-password"');
    }
    expect((await ada.post("/reset-password", { password: "nine blue doors of snow" })).status).toBe(410);
    expect((await ada.logIn(WITH_NEW)).status).toBe(303);
  });

  it("dies when a newer one is asked for, even in a browser that has opened it", async () => {
    const app = await startApp();
    await registered(app.visitor());
    const older = await resetLink(app);
    const ada = app.visitor();
    await ada.get(older);
    const newer = await resetLink(app);
    expect(newer).not.toBe(older);
    expect((await ada.get(older)).status).toBe(410);
    expect((await ada.post("/reset-password", { password: NEW })).status).toBe(410);
    expect((await ada.get(newer)).status).toBe(303);
  });

  it("works for an hour and not longer, though it was opened in time", async () => {
    const clock = stopTheClock();
    const app = await startApp();
    await registered(app.visitor());
    clock.advance({ seconds: 1 });
    const link = await resetLink(app);
    clock.advance({ minutes: 59 });
    const ada = app.visitor();
    expect((await ada.get(link)).status).toBe(303);
    clock.advance({ minutes: 2 });
    expect((await ada.get(link)).status).toBe(410);
    expect((await ada.get("/reset-password")).status).toBe(410);
    expect((await ada.post("/reset-password", { password: NEW })).status).toBe(410);
    expect((await ada.logIn()).status).toBe(303);
  });

  it.each([
    "a",
    "a".repeat(43),
    "a".repeat(44),
    "a".repeat(4000),
    "%00",
    "..%2f..%2fusers.db",
    "%20",
    "%F0%9F%94%91",
    "' OR 1=1 --",
  ])("with %s for a token is 410", async (token) => {
    const guest = (await startApp()).visitor();
    const answer = await guest.get(`/reset-password/${token}`);
    expect(answer.status).toBe(410);
    expect(answer.text).toContain("That link has expired or was already used");
    expect(answer.headers["set-cookie"]).toBeUndefined();
  });

  it("dies when the password is changed", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    const link = await resetLink(app);
    const stranger = app.visitor();
    await stranger.get(link);
    await ada.fillIn("/change-password", { currentPassword: ADA.password, password: NEW });
    expect((await app.visitor().get(link)).status).toBe(410);
    expect((await stranger.post("/reset-password", { password: "nine blue doors of snow" })).status).toBe(
      410,
    );
    expect((await app.visitor().logIn(WITH_NEW)).status).toBe(303);
  });
});

describe("GET and POST /reset-password without a link", () => {
  it("answer 410 and point to a new one", async () => {
    const guest = (await startApp()).visitor();
    for (const answer of [
      await guest.get("/reset-password"),
      await guest.post("/reset-password", { password: NEW }),
    ]) {
      expect(answer.status).toBe(410);
      expect(answer.text).toContain('href="/forgot-password"');
    }
  });
});
