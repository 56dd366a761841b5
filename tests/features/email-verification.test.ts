import { describe, expect, it } from "vitest";
import { startApp, type TestApp } from "../support/app.ts";
import { stopTheClock } from "../support/clock.ts";
import { ADA, GRACE, registered } from "../support/visitor.ts";

const MAIL = /Confirm your email/;
const linkTo = (app: TestApp, email = ADA.email) => app.mailbox.link(email, MAIL, "/verify-email/");

describe("logging in before the address is confirmed", () => {
  it("leads to a page that says so and offers the mail again, and opens nothing behind the wall", async () => {
    const app = await startApp();
    await app.visitor().register();
    const ada = app.visitor();
    const answer = await ada.logIn();
    expect([answer.status, answer.headers.location]).toEqual([303, "/verify-email"]);
    const page = await ada.get("/verify-email");
    expect(page.text).toContain("Before you can log in");
    expect(page.text).toContain(`value="${ADA.email}"`);
    for (const path of ["/profile", "/dashboard", "/change-password", "/logout"])
      expect((await ada.get(path)).headers.location, path).toBe(`/login?next=${encodeURIComponent(path)}`);
    expect((await ada.post("/profile", { firstName: "Eve", lastName: "Evil" })).status).toBe(401);
    expect((await ada.get("/")).text).not.toContain("Hello");
  });

  it("says nothing of it to somebody who does not know the password", async () => {
    const app = await startApp();
    await app.visitor().register();
    const wrong = await app.visitor().logIn({ ...ADA, password: "not her password at all" });
    const unknown = await app.visitor().logIn({ ...GRACE, password: "not her password at all" });
    expect(wrong.status).toBe(422);
    expect(wrong.text.replaceAll(ADA.email, "X")).toBe(unknown.text.replaceAll(GRACE.email, "X"));
  });

  it("is forgotten an hour later", async () => {
    const clock = stopTheClock();
    const app = await startApp();
    await app.visitor().register();
    const ada = app.visitor();
    await ada.logIn();
    clock.advance({ minutes: 61 });
    const page = await ada.get("/verify-email");
    expect(page.text).not.toContain("Before you can log in");
    expect(page.text).not.toContain(ADA.email);
  });
});

describe("the link in the mail", () => {
  it("shows a button and changes nothing, however often and at once a scanner opens it", async () => {
    const app = await startApp();
    const ada = app.visitor();
    await ada.register();
    const link = await linkTo(app);
    const looks = [ada, ada, app.visitor(), app.visitor()].flatMap((who) => [who.get(link), who.head(link)]);
    const answers = await Promise.all([...looks, ada.get(link), ada.head(link)]);
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect((await app.visitor().get(link)).headers["set-cookie"]).toBeUndefined();
    expect((await app.visitor().logIn()).headers.location).toBe("/verify-email");
    expect((await ada.get(link)).text).toContain(ADA.email);
    expect((await ada.fillIn(link, {})).status).toBe(303);
  });

  it("confirms the address when its button is pressed, and logs nobody in", async () => {
    const app = await startApp();
    const ada = app.visitor();
    await ada.register();
    const answer = await ada.fillIn(await linkTo(app), {});
    expect([answer.status, answer.headers.location]).toEqual([303, "/login"]);
    expect((await ada.get("/profile")).status).toBe(302);
    expect((await ada.get("/login")).text).toContain("Your email address is confirmed");
    expect((await ada.logIn()).headers.location).toBe("/");
    expect((await app.visitor().logIn()).headers.location).toBe("/");
    expect(app.logs.filter(({ event }) => event === "email-verified")).toHaveLength(1);
  });

  it("works once, and then says where to get another", async () => {
    const app = await startApp();
    const ada = app.visitor();
    await ada.register();
    const link = await linkTo(app);
    await ada.fillIn(link, {});
    for (const again of [await ada.get(link), await ada.post(link), await app.visitor().post(link)]) {
      expect(again.status).toBe(410);
      expect(again.text).toContain('href="/verify-email"');
    }
  });

  it("works once, though it is pressed twenty times at once, here or in twenty browsers", async () => {
    for (const everywhere of [false, true]) {
      const app = await startApp();
      const ada = app.visitor();
      await ada.register();
      const link = await linkTo(app);
      const presses = Array.from({ length: 20 }, () => (everywhere ? app.visitor() : ada).post(link));
      const statuses = (await Promise.all(presses)).map(({ status }) => status).sort();
      expect(statuses).toEqual([303, ...Array(19).fill(410)]);
    }
  });

  it("works for 24 hours, to the second", async () => {
    const clock = stopTheClock();
    const app = await startApp();
    const [ada, grace] = [app.visitor(), app.visitor()];
    await ada.register();
    await grace.register(GRACE);
    const links = { ada: await linkTo(app), grace: await linkTo(app, GRACE.email) };
    clock.advance({ hours: 23, minutes: 59, seconds: 59 });
    expect((await grace.get(links.grace)).status).toBe(200);
    expect((await ada.fillIn(links.ada, {})).status).toBe(303);
    expect((await ada.logIn()).headers.location).toBe("/");
    clock.advance({ seconds: 1 });
    expect((await grace.get(links.grace)).status).toBe(410);
    expect((await grace.post(links.grace)).status).toBe(410);
    expect((await grace.logIn(GRACE)).headers.location).toBe("/verify-email");
  });

  it("is of no use for anything else, and a reset link is of no use here", async () => {
    const app = await startApp();
    const ada = app.visitor();
    await ada.register();
    await ada.fillIn("/forgot-password", { email: ADA.email });
    const token = (await linkTo(app)).slice("/verify-email/".length);
    const reset = await app.mailbox.link(ADA.email, /Reset/, "/reset-password/");
    expect((await ada.get(`/reset-password/${token}`)).status).toBe(410);
    // 404 where the program has no change of address.
    for (const path of ["/confirm-email", "/undo-email-change"])
      for (const answer of [await ada.get(`${path}/${token}`), await ada.post(`${path}/${token}`)])
        expect([404, 410]).toContain(answer.status);
    const other = reset.replace("/reset-password/", "/verify-email/");
    expect((await ada.get(other)).status).toBe(410);
    expect((await ada.post(other)).status).toBe(410);
    expect((await ada.get(reset)).status).toBe(303);
    expect((await ada.fillIn(`/verify-email/${token}`, {})).status).toBe(303);
    expect((await ada.logIn()).headers.location).toBe("/");
  });

  it.each(["a", "a".repeat(43), "a".repeat(44), "%00", "..%2fusers.db", "' OR 1=1 --"])(
    "with %s for a token is 410",
    async (token) => {
      const guest = (await startApp()).visitor();
      for (const answer of [
        await guest.get(`/verify-email/${token}`),
        await guest.post(`/verify-email/${token}`),
      ])
        expect(answer.status).toBe(410);
    },
  );

  it("of one account confirms no other", async () => {
    const app = await startApp();
    await registered(app.visitor());
    const grace = app.visitor();
    await grace.register(GRACE);
    const link = await linkTo(app, GRACE.email);
    const ada = app.visitor();
    await ada.logIn();
    await ada.fillIn(link, {});
    expect((await app.visitor().logIn(GRACE)).headers.location).toBe("/verify-email");
    expect((await ada.get("/profile")).text).toContain(ADA.email);
  });
});
