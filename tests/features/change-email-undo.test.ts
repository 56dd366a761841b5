import { describe, expect, it } from "vitest";
import { startApp, type TestApp } from "../support/app.ts";
import { stopTheClock } from "../support/clock.ts";
import { sessionsLocked } from "../support/sessions-locked.ts";
import { postgresServer } from "../support/storage.ts";
import { ADA, loggedIn, type Visitor } from "../support/visitor.ts";

const THIEVES = "mine@thief.example.net";
const THIEVES_OTHER = "other@thief.example.net";
const THIEVES_PASSWORD = "nine blue doors of snow";
const NEW_PASSWORD = "eleven copper kites at noon";
const ask = (visitor: Visitor, email = THIEVES) => visitor.fillIn("/change-email", { email });
const confirmLink = (app: TestApp, email = THIEVES) =>
  app.mailbox.link(email, /Confirm your new/, "/confirm-email/");
const undoLink = (app: TestApp, email = ADA.email) =>
  app.mailbox.link(email, /is being changed/, "/undo-email-change/");

/** Ada's account, and somebody who is logged in to it with her password. */
async function robbed(): Promise<{ app: TestApp; ada: Visitor; thief: Visitor }> {
  const app = await startApp();
  const ada = await loggedIn(app.visitor());
  const thief = app.visitor();
  await thief.logIn();
  return { app, ada, thief };
}

async function isAdasAgain(app: TestApp, ada: Visitor): Promise<void> {
  await ada.get(await app.mailbox.link(ADA.email, /Reset/, "/reset-password/"));
  expect((await ada.fillIn("/reset-password", { password: NEW_PASSWORD })).status).toBe(303);
  expect((await ada.logIn({ ...ADA, password: NEW_PASSWORD })).headers.location).toBe("/");
  expect((await ada.get("/profile")).text).toContain(`<dd>${ADA.email}</dd>`);
}

describe("the link that undoes a change of address", () => {
  it("stops one that is not confirmed yet, ends every login and mails a reset link", async () => {
    const { app, ada, thief } = await robbed();
    await ask(thief);
    const confirm = await confirmLink(app);
    const undo = await undoLink(app);
    expect((await ada.get(undo)).text).toContain(ADA.email);
    const answer = await ada.fillIn(undo, {});
    expect([answer.status, answer.headers.location]).toEqual([303, "/login"]);
    expect((await ada.get("/login")).text).toContain("Every login was ended");
    for (const visitor of [ada, thief]) expect((await visitor.get("/profile")).status).toBe(302);
    for (const look of [await thief.get(confirm), await thief.post(confirm)]) expect(look.status).toBe(410);
    await isAdasAgain(app, ada);
    expect((await thief.logIn()).status).toBe(422);
    expect(app.logs.filter(({ event }) => event === "email-change-undone")).toHaveLength(1);
  });

  it("brings no link to life whose mail was still waiting", async () => {
    const { app, ada, thief } = await robbed();
    await ask(thief);
    await thief.fillIn(await confirmLink(app), {});
    const undo = await undoLink(app);
    await ask(thief, THIEVES_OTHER);
    await ada.fillIn(undo, {});
    const waiting = [...(await app.mailbox.to(THIEVES)), ...(await app.mailbox.to(THIEVES_OTHER))];
    const links = waiting.flatMap(
      ({ text }) => text.match(/\/(confirm-email|undo-email-change)\/\S+/g) ?? [],
    );
    for (const link of links) expect((await thief.post(link)).status, link).toBe(410);
    await isAdasAgain(app, ada);
  });

  it("puts the old address back after the change", async () => {
    const { app, ada, thief } = await robbed();
    await ask(thief);
    await thief.fillIn(await confirmLink(app), {});
    expect((await app.visitor().logIn()).status).toBe(422);
    await ada.fillIn(await undoLink(app), {});
    expect((await thief.get("/profile")).status).toBe(302);
    for (const email of [THIEVES, ADA.email])
      expect((await thief.logIn({ ...ADA, email })).status, email).toBe(422);
    await isAdasAgain(app, ada);
  });

  it("works though the thief has changed the password and the address again", async () => {
    const { app, ada, thief } = await robbed();
    await ask(thief);
    const undo = await undoLink(app);
    await thief.fillIn(await confirmLink(app), {});
    await thief.fillIn("/change-password", { currentPassword: ADA.password, password: THIEVES_PASSWORD });
    await ask(thief, THIEVES_OTHER);
    await thief.fillIn(await confirmLink(app, THIEVES_OTHER), {});
    await thief.fillIn("/forgot-password", { email: THIEVES_OTHER });
    const reset = await app.mailbox.link(THIEVES_OTHER, /Reset/, "/reset-password/");
    const theirs = await undoLink(app, THIEVES);

    expect((await ada.fillIn(undo, {})).status).toBe(303);
    expect((await thief.get("/profile")).status).toBe(302);
    for (const link of [theirs, reset]) expect((await thief.get(link)).status).toBe(410);
    expect((await thief.post(theirs)).status).toBe(410);
    for (const email of [THIEVES, THIEVES_OTHER])
      expect((await thief.logIn({ ...ADA, email, password: THIEVES_PASSWORD })).status).toBe(422);
    await isAdasAgain(app, ada);
    expect((await thief.logIn({ ...ADA, password: THIEVES_PASSWORD })).status).toBe(422);
  });

  it("is not killed by a thief who undoes a change of their own", async () => {
    const { app, ada, thief } = await robbed();
    await ask(thief);
    const hers = await undoLink(app);
    await thief.fillIn(await confirmLink(app), {});
    await ask(thief, THIEVES_OTHER);
    expect((await thief.fillIn(await undoLink(app, THIEVES), {})).status).toBe(303);

    expect((await ada.get(hers)).status).toBe(200);
    expect((await ada.fillIn(hers, {})).status).toBe(303);
    await isAdasAgain(app, ada);
  });

  it("keeps a confirmation out that waited in the mail while it was pressed", async () => {
    const { app, ada, thief } = await robbed();
    await ask(thief);
    const undo = await undoLink(app);
    await ask(thief, THIEVES_OTHER);
    await ada.post(undo);
    const links = (await app.mailbox.all()).flatMap(({ text }) => text.match(/\/confirm-email\/\S+/g) ?? []);
    for (const link of links) expect((await thief.post(link)).status).toBe(410);
    await isAdasAgain(app, ada);
  });

  it("works for seven days, to the second", async () => {
    const clock = stopTheClock();
    const app = await startApp();
    const thief = await loggedIn(app.visitor());
    await ask(thief);
    const undo = await undoLink(app);
    await thief.fillIn(await confirmLink(app), {});
    clock.advance({ days: 6, hours: 23, minutes: 59, seconds: 59 });
    await app.purge();
    expect((await app.visitor().get(undo)).status).toBe(200);
    clock.advance({ seconds: 1 });
    expect((await app.visitor().get(undo)).status).toBe(410);
    expect((await app.visitor().post(undo)).status).toBe(410);
    expect((await app.visitor().logIn({ ...ADA, email: THIEVES })).headers.location).toBe("/");

    await thief.logIn({ ...ADA, email: THIEVES });
    await ask(thief, THIEVES_OTHER);
    const another = await undoLink(app, THIEVES);
    clock.advance({ days: 6, hours: 23, minutes: 59, seconds: 59 });
    expect((await app.visitor().post(another)).status).toBe(303);
  });

  it("does not work for longer because a clock was ahead when it was sent", async () => {
    const clock = stopTheClock();
    const { app, thief } = await robbed();
    clock.advance({ days: 365 });
    await thief.logIn();
    await ask(thief);
    const undo = await undoLink(app);
    clock.advance({ days: -365 });
    expect((await app.visitor().get(undo)).status).toBe(410);
    expect((await app.visitor().post(undo)).status).toBe(410);
  });

  it.skipIf(postgresServer)("says that it is done, though no session can be written", async () => {
    const { app, ada, thief } = await robbed();
    await ask(thief);
    const undo = await undoLink(app);
    const release = sessionsLocked(app);
    expect((await ada.post(undo)).status).toBe(303);
    release();
    await isAdasAgain(app, ada);
  });

  it("shows a button and changes nothing, however often and at once a scanner opens it", async () => {
    const { app, thief } = await robbed();
    await ask(thief);
    const undo = await undoLink(app);
    const looks = [thief, app.visitor()].flatMap((who) => [who.get(undo), who.head(undo), who.get(undo)]);
    expect((await Promise.all(looks)).map(({ status }) => status)).toEqual(Array(6).fill(200));
    expect((await thief.get("/profile")).status).toBe(200);
    expect((await thief.fillIn(await confirmLink(app), {})).status).toBe(303);
  });

  it("works once, though it is pressed twenty times at once", async () => {
    const { app, thief } = await robbed();
    await ask(thief);
    const undo = await undoLink(app);
    const presses = Array.from({ length: 20 }, () => app.visitor().post(undo));
    const statuses = (await Promise.all(presses)).map(({ status }) => status).sort();
    expect(statuses).toEqual([303, ...Array(19).fill(410)]);
    const resets = (await app.mailbox.to(ADA.email)).filter(({ subject }) => /Reset/.test(subject));
    expect(resets).toHaveLength(1);
  });
});
