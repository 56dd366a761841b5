import { describe, expect, it } from "vitest";
import type { Feature } from "../../src/core.ts";
import { currentUser } from "../../src/sign-in/access.ts";
import { sourceOf } from "../../src/web/source.ts";
import { startApp, type TestApp } from "../support/app.ts";
import { stopTheClock } from "../support/clock.ts";
import { ADA, loggedIn, registered, type Visitor } from "../support/visitor.ts";

const NEW = "eleven copper kites at noon";
const WRONG = "not her password at all";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const NEWER_FIREFOX = FIREFOX.replaceAll("140.0", "141.0");
const CHROME =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36";
const CHANGED = /Your password was changed/;
const NEW_LOGIN = /New login/;

function browser(app: TestApp, userAgent: string): Visitor {
  const visitor = app.visitor();
  visitor.headers = { "user-agent": userAgent };
  return visitor;
}

const count = async (app: TestApp, subject: RegExp, to = ADA.email) =>
  (await app.mailbox.to(to)).filter((mail) => subject.test(mail.subject)).length;

/** POST /deed?event=…: what another feature would tell; with &old=… an address it changed or deleted. */
const deeds: Feature = ({ pages, db, events }) => {
  pages.post("/deed", async (req, res) => {
    const { event, old } = req.query;
    const { id: userId } = currentUser(req);
    await db.transaction().execute(async (trx) => {
      const detail = old ? { detail: { oldEmail: String(old) } } : {};
      await events.record(trx, {
        event: String(event),
        outcome: "success",
        userId,
        source: sourceOf(req),
        ...detail,
      });
      if (event === "account-deleted") await trx.deleteFrom("users").where("id", "=", userId).execute();
    });
    res.redirect(303, "/");
  });
};

describe("a notice by mail", () => {
  it("tells of a changed password: when, with which browser, from where, and what to do", async () => {
    stopTheClock();
    const app = await startApp();
    const ada = await loggedIn(browser(app, FIREFOX));
    await ada.fillIn("/change-password", { currentPassword: ADA.password, password: NEW });
    const { text, html } = await app.mailbox.newest(ADA.email, CHANGED);
    const time = new Date().toISOString().slice(11, 16);
    for (const part of [text, html]) {
      expect(part).toContain(`${new Date().getUTCFullYear()}, ${time} UTC`);
      expect(part).toContain("Firefox on Linux");
      expect(part).toContain("127.0.0.1");
      expect(part).toContain(`${app.origin}/forgot-password`);
    }
    expect(await count(app, CHANGED)).toBe(1);
  });

  it("tells of a reset password", async () => {
    const app = await startApp();
    const ada = await registered(browser(app, FIREFOX));
    await ada.fillIn("/forgot-password", { email: ADA.email });
    await ada.get(await app.mailbox.link(ADA.email, /Reset/, "/reset-password/"));
    await ada.fillIn("/reset-password", { password: NEW });
    expect((await app.mailbox.newest(ADA.email, CHANGED)).text).toContain("with a link from a mail to you");
  });

  it("holds no secret", async () => {
    const app = await startApp();
    const ada = await loggedIn(browser(app, FIREFOX));
    const cookies = [ada.cookie];
    await ada.fillIn("/change-password", { currentPassword: ADA.password, password: NEW });
    cookies.push(ada.cookie);
    const chrome = browser(app, CHROME);
    await chrome.logIn({ ...ADA, password: NEW });
    cookies.push(chrome.cookie);
    const mails = [
      await app.mailbox.newest(ADA.email, CHANGED),
      await app.mailbox.newest(ADA.email, NEW_LOGIN),
    ];
    const logins = await app.storage.db.selectFrom("user_sessions").select(["id", "user_id"]).execute();
    const ids = cookies.map(
      (cookie) =>
        decodeURIComponent(cookie ?? "")
          .slice(2)
          .split(".")[0] ?? "",
    );
    for (const { subject, text, html } of mails)
      for (const secret of [ADA.password, NEW, ...ids, ...logins.flatMap(({ id, user_id }) => [id, user_id])])
        expect(subject + text + html).not.toContain(secret);
    for (const { text } of mails)
      expect(text.match(/https?:\/\/\S+/g)).toEqual([`${app.origin}/forgot-password`, app.origin]);
  });

  it("is not sent for what failed", async () => {
    const app = await startApp();
    const ada = await loggedIn(browser(app, FIREFOX));
    const before = (await app.mailbox.all()).length;
    await ada.fillIn("/change-password", { currentPassword: WRONG, password: NEW });
    await ada.fillIn("/confirm-password", { password: WRONG });
    await browser(app, CHROME).logIn({ ...ADA, password: WRONG });
    expect(await app.mailbox.all()).toHaveLength(before);
  });

  it.each([
    ["email-verified", /address is confirmed/],
    ["email-changed", /address was changed/],
    ["email-change-undone", /address was put back/],
    ["account-deleted", /account was deleted/],
  ])("is sent for %s too, and to the old address where it changed", async (event, subject) => {
    const app = await startApp({ extraFeatures: [deeds] });
    const ada = await loggedIn(browser(app, FIREFOX));
    const before = await count(app, subject);
    const to = event === "email-verified" ? ADA.email : "old@example.com";
    await ada.post(`/deed?event=${event}${to === ADA.email ? "" : `&old=${to}`}`);
    const { text } = await app.mailbox.newest(to, subject);
    expect(text).toMatch(/UTC[\s\S]*Firefox on Linux/);
    expect(await count(app, subject)).toBe(to === ADA.email ? before + 1 : before);
  });

  it("about a deleted account outlives it", async () => {
    const app = await startApp({ extraFeatures: [deeds] });
    const ada = await loggedIn(app.visitor());
    await ada.post(`/deed?event=account-deleted&old=${ADA.email}`);
    expect((await ada.get("/profile")).status).toBe(302);
    const { text } = await app.mailbox.newest(ADA.email, /account was deleted/);
    expect(text).not.toContain("/forgot-password");
  });
});

describe("a notice of a login", () => {
  it("comes for a browser not seen before, once, and not for the first", async () => {
    const app = await startApp();
    await registered(browser(app, FIREFOX));
    await browser(app, FIREFOX).logIn();
    await browser(app, NEWER_FIREFOX).logIn();
    expect(await count(app, NEW_LOGIN)).toBe(0);
    await browser(app, CHROME).logIn();
    expect((await app.mailbox.newest(ADA.email, NEW_LOGIN)).text).toContain("Chrome on Windows");
    await browser(app, CHROME).logIn();
    await browser(app, FIREFOX).logIn();
    expect(await count(app, NEW_LOGIN)).toBe(1);
  });

  it("comes once, though the new browser logs in ten times at once", async () => {
    const app = await startApp();
    await loggedIn(browser(app, FIREFOX));
    const { email, password } = ADA;
    const logins = Array.from({ length: 10 }, () => browser(app, CHROME).post("/login", { email, password }));
    expect((await Promise.all(logins)).map(({ status }) => status)).toEqual(Array(10).fill(303));
    expect(await count(app, NEW_LOGIN)).toBe(1);
  });

  it("says nothing in words that the browser made up", async () => {
    const app = await startApp();
    await loggedIn(browser(app, FIREFOX));
    await browser(app, "You won! Visit http://evil.test now/1.0 (x").logIn();
    const { text, html } = await app.mailbox.newest(ADA.email, NEW_LOGIN);
    expect(text + html).not.toMatch(/evil\.test|You won/);
  });
});
