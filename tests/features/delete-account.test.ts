import { describe, expect, it } from "vitest";
import { startApp } from "../support/app.ts";
import { stopTheClock } from "../support/clock.ts";
import { sessionsLocked } from "../support/sessions-locked.ts";
import { postgresServer } from "../support/storage.ts";
import { ADA, GRACE, loggedIn, registered, type Visitor } from "../support/visitor.ts";

const deleteAccount = (visitor: Visitor, email = ADA.email) => visitor.fillIn("/delete-account", { email });

describe("deleting an account", () => {
  it("happens when the address was typed again, and leads to the front page as a guest", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    expect((await ada.get("/delete-account")).text).toContain(ADA.email);
    const answer = await deleteAccount(ada, " ADA@example.com ");
    expect([answer.status, answer.headers.location]).toEqual([303, "/"]);
    const page = await ada.get("/");
    expect(page.text).toContain("Your account is deleted.");
    expect(page.text).not.toContain("Hello");
    expect((await ada.get("/profile")).status).toBe(302);
    const gone = await app.visitor().logIn();
    const unknown = await app.visitor().logIn(GRACE);
    expect(gone.text.replaceAll(ADA.email, "X")).toBe(unknown.text.replaceAll(GRACE.email, "X"));
    expect(app.logs.filter(({ event }) => event === "account-deleted")).toHaveLength(1);
  });

  it("refuses another address, and deletes nothing", async () => {
    const app = await startApp();
    await registered(app.visitor(), GRACE);
    const ada = await loggedIn(app.visitor());
    for (const email of ["", "ada@example.org", GRACE.email, "ada"]) {
      const answer = await deleteAccount(ada, email);
      expect(answer.status, email).toBe(422);
      expect(answer.text).toContain("There is a problem");
    }
    expect((await ada.post("/delete-account", { email: [ADA.email, ADA.email] })).status).toBe(422);
    expect((await ada.get("/profile")).status).toBe(200);
    expect((await app.visitor().logIn(GRACE)).headers.location).toBe("/");
  });

  it("asks for the password again after ten minutes", async () => {
    const clock = stopTheClock();
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    clock.advance({ minutes: 10 });
    for (const answer of [
      await ada.get("/delete-account"),
      await ada.post("/delete-account", { email: ADA.email }),
    ])
      expect(answer.headers.location).toBe("/confirm-password?next=%2Fdelete-account");
    expect((await ada.get("/profile")).status).toBe(200);
    await ada.fillIn("/confirm-password?next=%2Fdelete-account", { password: ADA.password });
    expect((await deleteAccount(ada)).headers.location).toBe("/");
    expect((await app.visitor().logIn()).status).toBe(422);
  });

  it("is for members only, from our own page, and changes nothing by being looked at", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    const fields = { email: ADA.email };
    expect((await app.visitor().get("/delete-account")).status).toBe(302);
    expect((await app.visitor().post("/delete-account", fields)).status).toBe(401);
    const forged = { "sec-fetch-site": "cross-site", origin: "https://evil.test" };
    expect((await ada.post("/delete-account", fields, forged)).status).toBe(403);
    expect((await ada.get(`/delete-account?email=${ADA.email}`)).status).toBe(200);
    expect((await ada.head("/delete-account")).status).toBe(200);
    expect((await ada.get("/profile")).status).toBe(200);
  });

  it("ends every login everywhere, and kills every link", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    const [phone, remembered, half] = [app.visitor(), app.visitor(), app.visitor()];
    await phone.logIn();
    await remembered.logIn(ADA, { rememberMe: "on" });
    await half.fillIn("/forgot-password", { email: ADA.email });
    const link = await app.mailbox.link(ADA.email, /Reset/, "/reset-password/");
    await half.get(link);
    const cookies = [ada, phone, remembered].map(({ cookie }) => cookie);
    await deleteAccount(phone);
    for (const visitor of [ada, phone, remembered]) expect((await visitor.get("/profile")).status).toBe(302);
    for (const cookie of cookies)
      expect((await app.visitor().get("/profile", { cookie: `sid=${cookie}` })).status).toBe(302);
    expect((await half.post("/reset-password", { password: "eleven copper kites at noon" })).status).toBe(
      410,
    );
    expect((await app.visitor().get(link)).status).toBe(410);
  });

  it("leaves the address free for a new account, with nothing of the old one in it", async () => {
    const app = await startApp();
    const phone = app.visitor();
    await deleteAccount(await loggedIn(app.visitor()));
    await app.mailbox.all();
    await phone.logIn();
    const again = { ...ADA, firstName: "Augusta", password: "eleven copper kites at noon" };
    const answer = await phone.register(again);
    expect([answer.status, answer.headers.location]).toEqual([303, "/login"]);
    const mails = await app.mailbox.to(ADA.email);
    const links = mails.flatMap(({ text }) => text.match(/\/verify-email\/\S+/g) ?? []);
    for (const link of links) await phone.post(link);
    expect((await phone.logIn(again)).headers.location).toBe("/");
    expect((await phone.get("/")).text).toContain("Hello, Augusta");
    expect((await app.visitor().logIn()).status).toBe(422);
  });

  it.skipIf(postgresServer)("says that it is done, though no session can be written", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    const release = sessionsLocked(app);
    const answer = await ada.post("/delete-account", { email: ADA.email });
    expect([answer.status, answer.headers.location]).toEqual([303, "/"]);
    release();
    expect((await ada.get("/profile")).status).toBe(302);
    expect(await app.storage.db.selectFrom("users").selectAll().execute()).toEqual([]);
  });
});
