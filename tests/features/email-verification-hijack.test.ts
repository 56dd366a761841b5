// The table of docs/accounts.md, row by row: Mallory wants an account that Ada comes to use. He knows her address and
// never sees her mail.
import { describe, expect, it } from "vitest";
import { startApp, type TestApp } from "../support/app.ts";
import { stopTheClock } from "../support/clock.ts";
import { ADA, type Visitor } from "../support/visitor.ts";

const MALLORY = {
  firstName: "Mallory",
  lastName: "Malice",
  email: ADA.email,
  password: "nine blue doors of snow",
};
const NEW = "eleven copper kites at noon";
const linkTo = (app: TestApp) => app.mailbox.link(ADA.email, /Confirm your email/, "/verify-email/");

async function resetPassword(app: TestApp, visitor: Visitor, password = NEW): Promise<void> {
  await visitor.fillIn("/forgot-password", { email: ADA.email });
  await visitor.get(await app.mailbox.link(ADA.email, /Reset/, "/reset-password/"));
  expect((await visitor.fillIn("/reset-password", { password })).status).toBe(303);
}

/** What Mallory can try with a password and with everything his browser has kept. */
async function cannotGetIn(mallory: Visitor, password = MALLORY.password): Promise<void> {
  expect((await mallory.get("/profile")).status).toBe(302);
  expect((await mallory.logIn({ ...MALLORY, password })).headers.location).not.toBe("/");
  expect((await mallory.get("/profile")).status).toBe(302);
  expect((await mallory.post("/change-password", { currentPassword: password, password: NEW })).status).toBe(
    401,
  );
}

describe("the link of an account", () => {
  it("confirms it where one registered less than an hour ago", async () => {
    const clock = stopTheClock();
    const app = await startApp();
    const ada = app.visitor();
    await ada.register();
    const link = await linkTo(app);
    clock.advance({ minutes: 59 });
    await ada.fillIn(link, {});
    expect((await app.visitor().logIn()).headers.location).toBe("/");
  });

  it("does not do it alone an hour later, but with a login in the same browser", async () => {
    const clock = stopTheClock();
    const app = await startApp();
    const ada = app.visitor();
    await ada.register();
    const link = await linkTo(app);
    clock.advance({ minutes: 60 });
    await ada.fillIn(link, {});
    expect((await app.visitor().logIn()).headers.location).toBe("/verify-email");
    expect((await ada.logIn()).headers.location).toBe("/");
  });

  it("confirms it where the right password was typed at the login", async () => {
    const app = await startApp();
    await app.visitor().register();
    const ada = app.visitor();
    await ada.logIn();
    await ada.fillIn(await linkTo(app), {});
    expect((await ada.get("/login")).text).toContain("Your email address is confirmed");
    expect((await app.visitor().logIn()).headers.location).toBe("/");
  });

  it("asks for a login in a browser that knows nothing yet, and only that browser's login confirms it", async () => {
    const app = await startApp();
    const laptop = app.visitor();
    await laptop.register();
    const phone = app.visitor();
    await phone.fillIn(await linkTo(app), {});
    expect((await phone.get("/login")).text).toContain("Almost done: log in here");
    expect((await app.visitor().logIn()).headers.location).toBe("/verify-email");
    expect((await phone.logIn()).headers.location).toBe("/");
    expect((await laptop.logIn()).headers.location).toBe("/");
  });

  it("opens nothing for Mallory when Ada presses its button in her browser, while his login waits in his", async () => {
    const app = await startApp();
    const [mallory, ada] = [app.visitor(), app.visitor()];
    await mallory.register(MALLORY);
    await mallory.logIn(MALLORY);
    await ada.fillIn(await linkTo(app), {});
    await cannotGetIn(mallory);
    await cannotGetIn(app.visitor());
    expect((await ada.logIn()).status).toBe(422);
    await resetPassword(app, ada);
    expect((await ada.logIn({ ...ADA, password: NEW })).headers.location).toBe("/");
    await cannotGetIn(mallory);
  });
});

describe("an account that Mallory registered first", () => {
  it("becomes Ada's when she registers, and nothing of his is left in it", async () => {
    const app = await startApp();
    const [mallory, ada] = [app.visitor(), app.visitor()];
    await mallory.register(MALLORY);
    await mallory.logIn(MALLORY);
    const his = await linkTo(app);
    await ada.register();
    const links = (await app.mailbox.to(ADA.email)).map(
      ({ text }) => /\/verify-email\/\S+/.exec(text)?.[0] ?? "",
    );
    const [hers = ""] = links.filter((link) => link !== his);
    expect((await ada.post(his)).status).toBe(410);
    await ada.fillIn(hers, {});
    expect((await mallory.logIn(MALLORY)).status).toBe(422);
    await cannotGetIn(mallory);
    expect((await ada.logIn()).headers.location).toBe("/");
    expect((await ada.get("/profile")).text).not.toContain("Mallory");
  });

  it("becomes Ada's when she resets its password, which confirms the address too", async () => {
    const app = await startApp();
    const [mallory, ada] = [app.visitor(), app.visitor()];
    await mallory.register(MALLORY);
    await mallory.logIn(MALLORY);
    const link = await linkTo(app);
    await resetPassword(app, ada);
    expect((await ada.logIn({ ...ADA, password: NEW })).headers.location).toBe("/");
    expect((await mallory.logIn(MALLORY)).status).toBe(422);
    await cannotGetIn(mallory);
    expect((await ada.get(link)).status).toBe(410);
  });
});

describe("an account that Mallory registers again before Ada has confirmed it", () => {
  it("is not opened for him by her click, whichever link she presses", async () => {
    const app = await startApp();
    const [mallory, ada] = [app.visitor(), app.visitor()];
    await ada.register();
    const hers = await linkTo(app);
    await mallory.register(MALLORY);
    const links = (await app.mailbox.to(ADA.email)).map(
      ({ text }) => /\/verify-email\/\S+/.exec(text)?.[0] ?? "",
    );
    const [his = ""] = links.filter((link) => link !== hers);
    expect((await ada.post(hers)).status).toBe(410);
    expect((await ada.post(his)).status).toBe(303);
    expect((await ada.get("/login")).text).toContain("Almost done");
    await cannotGetIn(mallory);
    await cannotGetIn(app.visitor());
    await resetPassword(app, ada);
    expect((await ada.logIn({ ...ADA, password: NEW })).headers.location).toBe("/");
    expect((await mallory.logIn(MALLORY)).status).toBe(422);
  });

  it("is not confirmed by a browser that knew an older password", async () => {
    const app = await startApp();
    const [mallory, ada] = [app.visitor(), app.visitor()];
    await mallory.register(MALLORY);
    await ada.register();
    const links = (await app.mailbox.to(ADA.email)).map(
      ({ text }) => /\/verify-email\/\S+/.exec(text)?.[0] ?? "",
    );
    // Even if the link came into his hands.
    const statuses = await Promise.all(links.map(async (link) => (await mallory.post(link)).status));
    expect(statuses).toContain(303);
    expect((await ada.logIn()).headers.location).toBe("/verify-email");
    expect((await mallory.logIn(MALLORY)).status).toBe(422);
    await cannotGetIn(mallory);
  });
});
