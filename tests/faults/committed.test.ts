// What is done is never told as failed, though what follows it can't be written: whoever is told so tries again.
import { expect, it } from "vitest";
import { startApp } from "../support/app.ts";
import { sessionsLocked } from "../support/sessions-locked.ts";
import { inShortLived } from "../support/storage.ts";
import { ADA, loggedIn, registered } from "../support/visitor.ts";
import { describeOnSqlite } from "./serve-compiled.ts";

const NEW = "eleven otters paint the ceiling";

describeOnSqlite("while no session can be written", () => {
  it("a reset password is the new one, and the answer says so", async () => {
    const app = await startApp();
    const ada = await registered(app.visitor());
    await ada.fillIn("/forgot-password", { email: ADA.email });
    await ada.get(await app.mailbox.link(ADA.email, /Reset/, "/reset-password/"));
    const release = sessionsLocked(app);
    const answer = await ada.post("/reset-password", { password: NEW });
    expect([answer.status, answer.headers.location]).toEqual([303, "/login"]);
    release();
    expect((await app.visitor().logIn({ ...ADA, password: NEW })).headers.location).toBe("/");
  });

  it("a password is not changed at all, for its owner could not be given a new session id", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    // Only this: were the file locked, the attempt could not be counted, and nothing would get as far.
    const refuse = "BEFORE DELETE ON sessions BEGIN SELECT RAISE(ABORT, 'the disk is failing'); END";
    await inShortLived(app.storage, `CREATE TRIGGER refuse ${refuse}`);
    const form = { currentPassword: ADA.password, password: NEW };
    expect((await ada.post("/change-password", form)).status).toBe(500);
    await inShortLived(app.storage, "DROP TRIGGER refuse");
    expect((await app.visitor().logIn()).headers.location).toBe("/");
  });
});
