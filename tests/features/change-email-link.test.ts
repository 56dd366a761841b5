import { describe, expect, it } from "vitest";
import { startApp, type TestApp } from "../support/app.ts";
import { stopTheClock } from "../support/clock.ts";
import { ADA, loggedIn, type Visitor } from "../support/visitor.ts";

const NEW = "ada@new.example.com";
const WITH_NEW = { ...ADA, email: NEW };
const OTHER_PASSWORD = "eleven copper kites at noon";
const ask = (visitor: Visitor, email = NEW) => visitor.fillIn("/change-email", { email });
const confirmLink = (app: TestApp) => app.mailbox.link(NEW, /Confirm your new/, "/confirm-email/");
const undoLink = (app: TestApp) => app.mailbox.link(ADA.email, /is being changed/, "/undo-email-change/");

async function resetLink(app: TestApp, email = ADA.email): Promise<string> {
  await app.visitor().fillIn("/forgot-password", { email });
  return app.mailbox.link(email, /Reset/, "/reset-password/");
}

describe("the link to a new address", () => {
  it("shows a button and changes nothing, however often and at once a scanner opens it", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    await ask(ada);
    const link = await confirmLink(app);
    const looks = [ada, app.visitor()].flatMap((who) => [who.get(link), who.head(link), who.get(link)]);
    expect((await Promise.all(looks)).map(({ status }) => status)).toEqual(Array(6).fill(200));
    expect((await app.visitor().get(link)).headers["set-cookie"]).toBeUndefined();
    expect((await ada.get("/profile")).text).toContain(`<dd>${ADA.email}</dd>`);
    expect((await ada.get(link)).text).toContain(NEW);
    expect((await ada.fillIn(link, {})).status).toBe(303);
  });

  it("works once, though it is pressed twenty times at once", async () => {
    const app = await startApp();
    await ask(await loggedIn(app.visitor()));
    const link = await confirmLink(app);
    const presses = Array.from({ length: 20 }, () => app.visitor().post(link));
    const statuses = (await Promise.all(presses)).map(({ status }) => status).sort();
    expect(statuses).toEqual([303, ...Array(19).fill(410)]);
    expect((await app.visitor().logIn(WITH_NEW)).headers.location).toBe("/");
  });

  it("works for 24 hours, to the second", async () => {
    const clock = stopTheClock();
    const app = await startApp();
    await ask(await loggedIn(app.visitor()));
    const link = await confirmLink(app);
    clock.advance({ hours: 23, minutes: 59, seconds: 59 });
    expect((await app.visitor().get(link)).status).toBe(200);
    clock.advance({ seconds: 1 });
    expect((await app.visitor().get(link)).status).toBe(410);
    expect((await app.visitor().post(link)).status).toBe(410);
    expect((await app.visitor().logIn()).headers.location).toBe("/");

    const ada = app.visitor();
    await ada.logIn();
    await ask(ada);
    const another = await confirmLink(app);
    clock.advance({ hours: 23, minutes: 59, seconds: 59 });
    expect((await app.visitor().post(another)).status).toBe(303);
  });

  it("is of no use for anything else, nor is any other link here, and none is spent by trying", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    await ask(ada);
    const links = { confirm: await confirmLink(app), undo: await undoLink(app), reset: await resetLink(app) };
    const rooms = ["/confirm-email/", "/undo-email-change/", "/reset-password/", "/verify-email/"];
    for (const link of Object.values(links)) {
      const [, own = "", token = ""] = /^(\/[a-z-]+\/)(.+)$/.exec(link) ?? [];
      // 404 where the program has no verification; 404 or 405 for posting to a page that has no button.
      for (const room of rooms.filter((path) => path !== own))
        for (const answer of [await ada.get(room + token), await ada.post(room + token)])
          expect([404, 405, 410], `${link} at ${room}`).toContain(answer.status);
    }
    expect((await ada.get("/profile")).text).toContain(`<dd>${ADA.email}</dd>`);
    expect((await app.visitor().get(links.reset)).status).toBe(303);
    expect((await app.visitor().get(links.undo)).status).toBe(200);
    expect((await ada.post(links.confirm)).status).toBe(303);
    expect((await app.visitor().post(links.undo)).status).toBe(303);
  });

  it("takes a reset link that was mailed to the old address with it", async () => {
    const app = await startApp();
    await ask(await loggedIn(app.visitor()));
    const [reset, confirm] = [await resetLink(app), await confirmLink(app)];
    const stranger = app.visitor();
    await stranger.get(reset);
    await app.visitor().post(confirm);
    expect((await stranger.get(reset)).status).toBe(410);
    expect((await stranger.post("/reset-password", { password: OTHER_PASSWORD })).status).toBe(410);
    expect((await app.visitor().logIn(WITH_NEW)).headers.location).toBe("/");
  });

  it("dies with a new password, changed or reset", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    await ask(ada);
    const first = await confirmLink(app);
    await ada.fillIn("/change-password", { currentPassword: ADA.password, password: OTHER_PASSWORD });
    expect((await app.visitor().post(first)).status).toBe(410);

    await ask(ada);
    const second = await confirmLink(app);
    const forgetful = app.visitor();
    await forgetful.get(await resetLink(app));
    await forgetful.fillIn("/reset-password", { password: ADA.password });
    expect((await app.visitor().post(second)).status).toBe(410);
    expect((await app.visitor().logIn()).headers.location).toBe("/");
  });

  it("is worth nothing when its mail was still waiting while the owner chose a new password", async () => {
    const app = await startApp();
    const owner = await loggedIn(app.visitor());
    const thief = app.visitor();
    await thief.logIn();
    await Promise.all([owner.get("/change-password"), thief.get("/change-email")]);
    await thief.post("/change-email", { email: NEW });
    await owner.post("/change-password", { currentPassword: ADA.password, password: OTHER_PASSWORD });
    const links = (await app.mailbox.to(NEW)).map(({ text }) => /\/confirm-email\/\S+/.exec(text)?.[0] ?? "");
    for (const link of links) expect((await thief.post(link)).status).toBe(410);
    expect((await owner.get("/profile")).text).toContain(`<dd>${ADA.email}</dd>`);
  });
});
