import { describe, expect, it } from "vitest";
import { features } from "../../src/features.ts";
import { startApp, type TestApp } from "../support/app.ts";
import { stopTheClock } from "../support/clock.ts";
import { ADA, GRACE, loggedIn, registered, type Visitor } from "../support/visitor.ts";

const deleteAccount = (visitor: Visitor, email = ADA.email) => visitor.fillIn("/delete-account", { email });
const GONE = /account was deleted/;
/** An optional feature that this one works with, where the program has it. */
const has = (name: string) => features.some((feature) => feature.name === name);

/** Every row of every table of both files in which one of these stands; "outbox" is what has been delivered. */
async function rowsWith(app: TestApp, ...marks: string[]): Promise<string[]> {
  const tables = await app.storage.db.introspection.getTables();
  const users = tables
    .map(({ name }) => name)
    .filter((name) => name !== "outbox")
    .map(async (name) => {
      const rows = await app.storage.db
        .selectFrom(name as "users")
        .selectAll()
        .execute();
      return rows.map((row) => `${name}: ${JSON.stringify(row)}`);
    });
  const shortLived = ["sessions", "rate_limits"].map((name) =>
    app.storage.shortLived
      .prepare(`SELECT * FROM ${name}`)
      .all()
      .map((row) => `${name}: ${JSON.stringify(row)}`),
  );
  const rows = [...(await Promise.all(users)), ...shortLived].flat();
  return rows.filter((row) => marks.some((mark) => row.toLowerCase().includes(mark.toLowerCase())));
}

/** A member who has used whatever the program offers; returns how else the database may know them. */
async function busyMember(app: TestApp, visitor: Visitor): Promise<string[]> {
  await visitor.fillIn("/forgot-password", { email: ADA.email });
  await app.visitor().logIn({ ...ADA, password: "not her password at all" });
  if (has("changeEmail")) await visitor.fillIn("/change-email", { email: "ada@new.example.com" });
  await app.mailbox.all();
  const { id } = await app.storage.db.selectFrom("users").select("id").executeTakeFirstOrThrow();
  return [id, ADA.email, "ada@new.example.com"];
}

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

  it("leaves no row of the person in any table, and none of another person's is missing", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    const marks = await busyMember(app, ada);
    const tables = new Set((await rowsWith(app, ...marks)).map((row) => row.split(":")[0]));
    for (const table of ["users", "tokens", "user_sessions"]) expect([...tables]).toContain(table);
    const grace = await loggedIn(app.visitor(), GRACE);
    await app.mailbox.all();
    const { id } = await app.storage.db
      .selectFrom("users")
      .select("id")
      .where("email", "=", GRACE.email)
      .executeTakeFirstOrThrow();
    const hers = (await rowsWith(app, id, GRACE.email)).length;

    await deleteAccount(ada);
    await app.mailbox.all();
    expect(await rowsWith(app, ...marks)).toEqual([]);
    expect(await rowsWith(app, id, GRACE.email)).toHaveLength(hers);
    expect((await grace.get("/profile")).status).toBe(200);
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
});

describe("the mail about a deleted account", () => {
  const down = { MAIL_TRANSPORT: "smtp", SMTP_URL: "smtp://127.0.0.1:1" };

  it("is the only one that still comes, though others were waiting", async () => {
    const clock = stopTheClock();
    const first = await startApp();
    await registered(first.visitor());
    await first.mailbox.all();
    const before = (await first.mailbox.to(ADA.email)).length;
    await first.stop();

    const second = await startApp({ folder: first.folder, env: down });
    const ada = second.visitor();
    await ada.logIn();
    await ada.fillIn("/forgot-password", { email: ADA.email });
    await ada.fillIn("/change-password", {
      currentPassword: ADA.password,
      password: "eleven copper kites at noon",
    });
    await second.visitor().register();
    if (has("changeEmail")) await ada.fillIn("/change-email", { email: "ada@new.example.com" });
    await second.mailer.deliverDue();
    expect((await second.mailer.backlog()).waiting).toBeGreaterThan(0);
    await deleteAccount(ada);
    await second.stop();

    clock.advance({ hours: 1 });
    const third = await startApp({ folder: first.folder });
    const came = (await third.mailbox.to(ADA.email)).slice(0, -before).map(({ subject }) => subject);
    expect(came).toEqual(has("notices") ? [expect.stringMatching(GONE)] : []);
    expect(await third.mailbox.to("ada@new.example.com")).toEqual([]);
  });
});
