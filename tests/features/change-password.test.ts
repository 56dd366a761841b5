import { describe, expect, it } from "vitest";
import { startApp } from "../support/app.ts";
import { stopTheClock } from "../support/clock.ts";
import { ADA, type Fields, GRACE, loggedIn } from "../support/visitor.ts";

const NEW = "eleven copper kites at noon";
const CHANGE = { currentPassword: ADA.password, password: NEW };

describe("POST /change-password", () => {
  it("sets the new password and says so on the profile", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    const answer = await ada.fillIn("/change-password", CHANGE);
    expect([answer.status, answer.headers.location]).toEqual([303, "/profile"]);
    expect((await ada.get("/profile")).text).toContain("Your password is changed.");
    expect((await app.visitor().logIn()).status).toBe(422);
    expect((await app.visitor().logIn({ ...ADA, password: NEW })).status).toBe(303);
  });

  it("ends the other logins, and keeps this one under a new session id", async () => {
    const app = await startApp();
    const laptop = await loggedIn(app.visitor());
    const [phone, thief] = [app.visitor(), app.visitor()];
    await phone.logIn(ADA, { rememberMe: "on" });
    const grace = await loggedIn(app.visitor(), GRACE);
    const before = laptop.cookie;
    thief.headers = { cookie: `sid=${before}` };
    await laptop.fillIn("/change-password", CHANGE);
    expect(laptop.cookie).not.toBe(before);
    expect((await laptop.get("/profile")).status).toBe(200);
    expect((await phone.get("/profile")).status).toBe(302);
    expect((await thief.get("/profile")).status).toBe(302);
    expect((await grace.get("/profile")).status).toBe(200);
  });

  it("keeps a remembered login remembered, and not for longer than it was", async () => {
    const clock = stopTheClock();
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    await ada.fillIn("/logout", {});
    await ada.logIn(ADA, { rememberMe: "on" });
    clock.advance({ days: 29 });
    const answer = await ada.fillIn("/change-password", CHANGE);
    const ends = Date.parse(/Expires=([^;]+)/.exec(String(answer.headers["set-cookie"]))?.[1] ?? "");
    expect(Math.round((ends - Date.now()) / 3_600_000)).toBe(24);
    clock.advance({ hours: 23 });
    expect((await ada.get("/profile")).status).toBe(200);
    clock.advance({ hours: 2 });
    expect((await ada.get("/profile")).status).toBe(302);
  });

  it.each<[string, Fields, string, string]>([
    [
      "a wrong current password",
      { ...CHANGE, currentPassword: "not her password at all" },
      "currentPassword",
      "not correct",
    ],
    ["no current password", { password: NEW }, "currentPassword", "Enter your current password"],
    ["two current passwords", { ...CHANGE, currentPassword: [ADA.password, "x"] }, "currentPassword", "once"],
    ["no new password", { currentPassword: ADA.password }, "password", "Enter your new password"],
    ["the same password again", { ...CHANGE, password: ADA.password }, "password", "must differ"],
    ["a short one", { ...CHANGE, password: "short" }, "password", "15 characters or more"],
    ["a common one", { ...CHANGE, password: "passwordpassword" }, "password", "harder to guess"],
    ["her own name", { ...CHANGE, password: "AdaLovelaceAdaLovelace" }, "password", "harder to guess"],
    ["one of 257 characters", { ...CHANGE, password: NEW.repeat(10).slice(0, 257) }, "password", "256"],
    ["somebody else's id", { ...CHANGE, userId: "1" }, "", "does not belong"],
  ])("refuses %s, says why, and changes nothing", async (_what, fields, field, reason) => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    const phone = app.visitor();
    await phone.logIn();
    const answer = await ada.fillIn("/change-password", fields);
    expect(answer.status).toBe(422);
    if (field) expect(answer.text).toContain(`href="#${field}"`);
    expect(answer.text).toContain(reason);
    expect(answer.text).not.toMatch(/type="password"[^>]*value=/);
    expect((await phone.get("/profile")).status).toBe(200);
    expect((await app.visitor().logIn()).status).toBe(303);
  });

  it("never looks at an address that is sent along for the password manager", async () => {
    const app = await startApp();
    await loggedIn(app.visitor(), GRACE);
    const ada = await loggedIn(app.visitor());
    expect((await ada.fillIn("/change-password", { ...CHANGE, username: GRACE.email })).status).toBe(303);
    expect((await app.visitor().logIn(GRACE)).status).toBe(303);
  });

  it("stops guessing at the current password after five failures, in every browser, for a while", async () => {
    const clock = stopTheClock();
    const app = await startApp({ env: { RATE_LIMIT_SCALE: "1" } });
    const ada = await loggedIn(app.visitor());
    const phone = app.visitor();
    await phone.logIn();
    const wrong = { ...CHANGE, currentPassword: "not her password at all" };
    for (let n = 0; n < 5; n++) expect((await ada.post("/change-password", wrong)).status).toBe(422);
    const refused = await phone.post("/change-password", CHANGE);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect((await ada.get("/profile")).status).toBe(200);
    clock.advance({ minutes: 15, seconds: 1 });
    expect((await phone.post("/change-password", CHANGE)).status).toBe(303);
  });

  it("counts a hundred guesses at once as a hundred", async () => {
    const app = await startApp({ env: { RATE_LIMIT_SCALE: "1" } });
    const ada = await loggedIn(app.visitor());
    const wrong = { ...CHANGE, currentPassword: "not her password at all" };
    const answers = await Promise.all(Array.from({ length: 100 }, () => ada.post("/change-password", wrong)));
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(95);
  });

  it("lets one of two changes at the same moment win, and leaves a password that works", async () => {
    const app = await startApp();
    const laptop = await loggedIn(app.visitor());
    const phone = app.visitor();
    await phone.logIn();
    const passwords = [NEW, "nine blue doors of snow"];
    const answers = await Promise.all(
      [laptop, phone].map((browser, index) =>
        browser.post("/change-password", { ...CHANGE, password: passwords[index] ?? "" }),
      ),
    );
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    const winner = passwords[answers.findIndex(({ status }) => status === 303)] ?? "";
    expect((await app.visitor().logIn({ ...ADA, password: winner })).status).toBe(303);
  });
});

describe("/change-password for a guest", () => {
  it("is behind the wall", async () => {
    const guest = (await startApp()).visitor();
    expect((await guest.get("/change-password")).headers.location).toBe("/login?next=%2Fchange-password");
    expect((await guest.post("/change-password", CHANGE)).status).toBe(401);
  });
});
