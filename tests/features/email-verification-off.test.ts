// The program with REQUIRE_EMAIL_VERIFICATION=false: people get in at once, and the rest stays as it is.
import { describe, expect, it } from "vitest";
import { startApp, type TestApp } from "../support/app.ts";
import { ADA, GRACE, registered } from "../support/visitor.ts";

const OFF = { env: { REQUIRE_EMAIL_VERIFICATION: "false" } };
const NEW = "eleven copper kites at noon";
const linkTo = (app: TestApp) => app.mailbox.link(ADA.email, /Confirm your email/, "/verify-email/");
const confirmed = (app: TestApp) => app.logs.filter(({ event }) => event === "email-verified").length;

describe("without required verification", () => {
  it("somebody who registered can log in at once, and is still asked by mail to confirm", async () => {
    const app = await startApp(OFF);
    const ada = app.visitor();
    await ada.register();
    const page = await ada.get("/login");
    expect(page.text).toContain("You can log in now");
    expect((await ada.logIn()).headers.location).toBe("/");
    expect((await ada.get("/profile")).status).toBe(200);
    expect(confirmed(app)).toBe(0);
    expect((await ada.fillIn(await linkTo(app), {})).status).toBe(303);
    expect(confirmed(app)).toBe(1);
    expect((await ada.get("/profile")).status).toBe(200);
  });

  it("the link still confirms only together with the password", async () => {
    const app = await startApp(OFF);
    await app.visitor().register();
    const phone = app.visitor();
    await phone.fillIn(await linkTo(app), {});
    expect(confirmed(app)).toBe(0);
    expect((await app.visitor().logIn()).headers.location).toBe("/");
    expect(confirmed(app)).toBe(0);
    expect((await phone.logIn()).headers.location).toBe("/");
    expect(confirmed(app)).toBe(1);
  });

  it("a taken address is never taken over, confirmed or not, and its owner is told", async () => {
    const app = await startApp(OFF);
    await app.visitor().register();
    const eve = app.visitor();
    const answer = await eve.register({ ...ADA, firstName: "Eve", password: GRACE.password });
    expect([answer.status, answer.headers.location]).toEqual([303, "/login"]);
    expect((await eve.logIn({ ...ADA, password: GRACE.password })).status).toBe(422);
    await app.mailbox.newest(ADA.email, /already have an account/);
    const ada = app.visitor();
    await ada.logIn();
    expect((await ada.get("/")).text).toContain("Hello, Ada");
  });

  it("what Mallory registered and uses is Ada's alone once she has reset the password", async () => {
    const app = await startApp(OFF);
    const [mallory, ada] = [app.visitor(), app.visitor()];
    await mallory.register();
    await mallory.logIn();
    await ada.fillIn(await linkTo(app), {});
    expect(confirmed(app)).toBe(0);
    await ada.fillIn("/forgot-password", { email: ADA.email });
    await ada.get(await app.mailbox.link(ADA.email, /Reset/, "/reset-password/"));
    await ada.fillIn("/reset-password", { password: NEW });
    expect((await mallory.get("/profile")).status).toBe(302);
    expect((await mallory.logIn()).status).toBe(422);
    expect((await ada.logIn({ ...ADA, password: NEW })).headers.location).toBe("/");
  });

  it("people confirmed before it was switched off, and after, get in when it is required again", async () => {
    const first = await startApp(OFF);
    await registered(first.visitor());
    await first.visitor().register(GRACE);
    await first.stop();
    const second = await startApp({ folder: first.folder });
    expect((await second.visitor().logIn()).headers.location).toBe("/");
    expect((await second.visitor().logIn(GRACE)).headers.location).toBe("/verify-email");
  });
});
