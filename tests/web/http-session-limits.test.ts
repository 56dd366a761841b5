import { describe, expect, it } from "vitest";
import { startApp } from "../support/app.ts";
import { stopTheClock } from "../support/clock.ts";
import { ADA, loggedIn, registered } from "../support/visitor.ts";

describe("a login", () => {
  it("ends after thirty minutes without a request", async () => {
    const clock = stopTheClock();
    const ada = await loggedIn((await startApp()).visitor());
    clock.advance({ minutes: 29 });
    expect((await ada.get("/profile")).status).toBe(200);
    clock.advance({ minutes: 31 });
    expect((await ada.get("/profile")).headers.location).toBe("/login?next=%2Fprofile");
    expect((await ada.get("/")).text).toContain("Welcome to");
    expect((await ada.logIn()).status).toBe(303);
    expect((await ada.get("/profile")).status).toBe(200);
  });

  it("is kept alive by activity, but ends after twelve hours in any case", async () => {
    const clock = stopTheClock();
    const ada = await loggedIn((await startApp()).visitor());
    for (let minutes = 0; minutes < 11 * 60 + 40; minutes += 20) {
      clock.advance({ minutes: 20 });
      expect((await ada.get("/")).text).toContain("Hello, Ada");
    }
    clock.advance({ minutes: 20, seconds: 1 });
    expect((await ada.get("/profile")).status).toBe(302);
  });

  it("is not kept alive by having been revived after it ended", async () => {
    const clock = stopTheClock();
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    const copy = app.visitor();
    copy.headers = { cookie: `sid=${ada.cookie}` };
    clock.advance({ minutes: 31 });
    expect((await ada.get("/profile")).status).toBe(302);
    await registered(app.visitor(), { ...ADA, email: "other@example.com" });
    expect((await copy.get("/profile")).status).toBe(302);
    await app.purge();
    expect((await copy.get("/profile")).status).toBe(302);
  });

  it("follows SESSION_IDLE_MINUTES and SESSION_MAX_HOURS", async () => {
    const clock = stopTheClock();
    const app = await startApp({ env: { SESSION_IDLE_MINUTES: "50", SESSION_MAX_HOURS: "1" } });
    const ada = await loggedIn(app.visitor());
    clock.advance({ minutes: 45 });
    expect((await ada.get("/profile")).status).toBe(200);
    clock.advance({ minutes: 16 });
    expect((await ada.get("/profile")).status).toBe(302);
  });

  it("notices a short idle limit to the second or two", async () => {
    const clock = stopTheClock();
    const ada = await loggedIn((await startApp({ env: { SESSION_IDLE_MINUTES: "1" } })).visitor());
    for (let times = 0; times < 4; times++) {
      clock.advance({ seconds: 50 });
      expect((await ada.get("/profile")).status).toBe(200);
    }
    clock.advance({ seconds: 61 });
    expect((await ada.get("/profile")).status).toBe(302);
  });

  it("answers a form that was sent too late with a page that leads back, and changes nothing", async () => {
    const clock = stopTheClock();
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    clock.advance({ minutes: 31 });
    const names = { firstName: "Augusta", lastName: "King" };
    const answer = await ada.post("/profile", names, { referer: `${app.origin}/profile` });
    expect(answer.status).toBe(401);
    expect(answer.headers["content-type"]).toMatch(/^text\/html/);
    expect(answer.text).toContain("Your login has ended");
    expect(answer.text).toContain('href="/login?next=%2Fprofile"');
    const foreign = await ada.post("/profile", names, { referer: "https://evil.test//evil.test" });
    expect(foreign.text).not.toContain("evil.test");
    expect((await ada.post("/profile", names, { accept: "application/json" })).body.status).toBe(401);
    await ada.logIn();
    expect((await ada.get("/")).text).toContain("Hello, Ada");
  });
});

describe("a remembered login", () => {
  it("outlives days without a request, and ends after thirty", async () => {
    const clock = stopTheClock();
    const app = await startApp();
    await registered(app.visitor());
    const ada = app.visitor();
    await ada.logIn(ADA, { rememberMe: "on" });
    const copy = app.visitor();
    copy.headers = { cookie: `sid=${ada.cookie}` };
    clock.advance({ days: 29 });
    await app.purge();
    expect((await ada.get("/profile")).status).toBe(200);
    expect((await copy.get("/profile")).status).toBe(200);
    clock.advance({ days: 1, seconds: 1 });
    expect((await ada.get("/profile")).status).toBe(302);
    expect((await copy.get("/profile")).status).toBe(302);
  });
});
