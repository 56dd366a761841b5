// What is left of somebody who is gone: nothing, and one mail.
import { describe, expect, it } from "vitest";
import { features } from "../../src/features.ts";
import { countMails } from "../../src/mail/waiting-mails.ts";
import { startApp, type TestApp } from "../support/app.ts";
import { stopTheClock } from "../support/clock.ts";
import { everyRow } from "../support/everything-stored.ts";
import { ADA, GRACE, loggedIn, registered, type Visitor } from "../support/visitor.ts";

const deleteAccount = (visitor: Visitor, email = ADA.email) => visitor.fillIn("/delete-account", { email });
const GONE = /account was deleted/;
/** An optional feature that this one works with, where the program has it. */
const has = (name: string) => features.some((feature) => feature.name === name);

/** Every row in which one of these stands; "outbox" is what has been delivered. */
async function rowsWith(app: TestApp, ...marks: string[]): Promise<string[]> {
  const rows = (await everyRow(app)).filter((row) => !row.startsWith("outbox: "));
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
    expect((await countMails(second.storage.db)).waiting).toBeGreaterThan(0);
    await deleteAccount(ada);
    await second.stop();

    clock.advance({ hours: 1 });
    const third = await startApp({ folder: first.folder });
    const came = (await third.mailbox.to(ADA.email)).slice(0, -before).map(({ subject }) => subject);
    expect(came).toEqual(has("notices") ? [expect.stringMatching(GONE)] : []);
    expect(await third.mailbox.to("ada@new.example.com")).toEqual([]);
  });
});
