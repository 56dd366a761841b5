// How long a login lives is decided by the server, whatever the cookie says.
import { describe, expect, it } from "vitest";
import { startApp } from "../support/app.ts";
import { stopTheClock } from "../support/clock.ts";
import { ADA, loggedIn, registered, type Visitor } from "../support/visitor.ts";

const NEW = "eleven copper kites at noon";
const isIn = async (visitor: Visitor) => (await visitor.get("/sessions")).status === 200;

describe("a login", () => {
  it("ends when it was idle for as long as is allowed, to the second", async () => {
    const clock = stopTheClock();
    const app = await startApp({ env: { SESSION_IDLE_MINUTES: "1" } });
    const ada = await loggedIn(app.visitor());
    for (let times = 0; times < 3; times++) {
      clock.advance({ seconds: 59 });
      expect(await isIn(ada)).toBe(true);
    }
    clock.advance({ seconds: 60 });
    expect(await isIn(ada)).toBe(false);
  });

  it("counts every use, also one a moment after the one before", async () => {
    const clock = stopTheClock();
    const app = await startApp({ env: { SESSION_IDLE_MINUTES: "1" } });
    const ada = await loggedIn(app.visitor());
    clock.advance({ seconds: 1 });
    expect(await isIn(ada)).toBe(true);
    clock.advance({ seconds: 59 });
    expect(await isIn(ada)).toBe(true);
  });

  it("ends after its whole time though it is used all along, to the second", async () => {
    const clock = stopTheClock();
    const app = await startApp({ env: { SESSION_IDLE_MINUTES: "20", SESSION_MAX_HOURS: "1" } });
    const ada = await loggedIn(app.visitor());
    for (const minutes of [19, 19, 19]) {
      clock.advance({ minutes });
      expect(await isIn(ada)).toBe(true);
    }
    clock.advance({ minutes: 2, seconds: 59 });
    expect(await isIn(ada)).toBe(true);
    clock.advance({ seconds: 1 });
    expect(await isIn(ada)).toBe(false);
  });

  it("that is remembered may be idle, and ends after its days, to the second, whatever its cookie says", async () => {
    const clock = stopTheClock();
    const app = await startApp({ env: { REMEMBER_ME_DAYS: "2" } });
    const ada = await registered(app.visitor());
    const answer = await ada.logIn(ADA, { rememberMe: "on" });
    expect(String(answer.headers["set-cookie"])).toMatch(/Expires=/);
    const cookie = `sid=${ada.cookie}`;
    const replay = async () => (await app.visitor().get("/sessions", { cookie })).status;
    clock.advance({ days: 1, hours: 23, minutes: 59, seconds: 59 });
    expect(await replay()).toBe(200);
    clock.advance({ seconds: 1 });
    expect(await replay()).toBe(302);
  });

  it("elsewhere ends with a new password, changed or reset", async () => {
    const app = await startApp();
    const [here, there] = [await loggedIn(app.visitor()), app.visitor()];
    await there.logIn();
    await here.fillIn("/change-password", { currentPassword: ADA.password, password: NEW });
    expect([await isIn(here), await isIn(there)]).toEqual([true, false]);
    const forgetful = app.visitor();
    await forgetful.fillIn("/forgot-password", { email: ADA.email });
    await forgetful.get(await app.mailbox.link(ADA.email, /Reset/, "/reset-password/"));
    await forgetful.fillIn("/reset-password", { password: ADA.password });
    expect([await isIn(here), await isIn(forgetful)]).toEqual([false, false]);
  });
});
