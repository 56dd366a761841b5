import { describe, expect, it } from "vitest";
import { startApp } from "../support/app.ts";
import { stopTheClock } from "../support/clock.ts";
import { ADA, GRACE, loggedIn } from "../support/visitor.ts";
import { END_OTHERS, isIn, listed, twice } from "./sessions-page.ts";

describe("ending a login", () => {
  it("logs that device out at once, for ever, and no other", async () => {
    const app = await startApp();
    const { laptop, phone } = await twice(app);
    const cookie = phone.cookie ?? "";
    const theirs = (await listed(laptop)).find(({ words }) => words.includes("Safari"));
    const answer = await laptop.post(theirs?.button ?? "");
    expect([answer.status, answer.headers.location]).toEqual([303, "/sessions"]);
    expect((await laptop.get("/sessions")).text).toContain("The login of Safari on iOS was ended.");
    expect([await isIn(laptop), await isIn(phone)]).toEqual([true, false]);
    expect(await listed(laptop)).toHaveLength(1);
    const replayed = await app.visitor().get("/profile", { cookie: `sid=${cookie}` });
    expect(replayed.headers.location).toBe("/login?next=%2Fprofile");
    expect((await laptop.post(theirs?.button ?? "")).status).toBe(404);
    expect(app.logs.filter(({ event }) => event === "login-ended")).toHaveLength(1);
  });

  it("logs oneself out where it is this device", async () => {
    const app = await startApp();
    const { laptop, phone } = await twice(app);
    const own = (await listed(laptop)).find(({ words }) => words.includes("This device"));
    const answer = await laptop.post(own?.button ?? "");
    expect([answer.status, answer.headers.location]).toEqual([303, "/login"]);
    expect([await isIn(laptop), await isIn(phone)]).toEqual([false, true]);
  });

  it("of all others leaves this one", async () => {
    const app = await startApp();
    const { laptop, phone } = await twice(app);
    const third = app.visitor();
    await third.logIn();
    expect((await laptop.get("/sessions")).text).toContain(`action="${END_OTHERS}"`);
    expect((await laptop.post(END_OTHERS)).headers.location).toBe("/sessions");
    const page = await laptop.get("/sessions");
    expect(page.text).toContain("All other logins were ended.");
    expect(page.text).not.toContain(END_OTHERS);
    expect([await isIn(laptop), await isIn(phone), await isIn(third)]).toEqual([true, false, false]);
    expect(app.logs.filter(({ event }) => event === "other-logins-ended")).toHaveLength(1);
  });

  it("of somebody else is 404 and changes nothing", async () => {
    const app = await startApp();
    const { laptop, phone } = await twice(app);
    const grace = await loggedIn(app.visitor(), GRACE);
    const { id } = await app.storage.db.selectFrom("user_sessions").select("id").executeTakeFirstOrThrow();
    const names = (await listed(laptop)).map(({ button }) => button);
    for (const path of [...names, `/sessions/${id}/end`, "/sessions/0/end", "/sessions/%00/end"])
      expect((await grace.post(path)).status, path).toBe(404);
    await grace.post(END_OTHERS);
    expect([await isIn(laptop), await isIn(phone), await isIn(grace)]).toEqual([true, true, true]);
  });

  it("asks for the password again after ten minutes, and leads back", async () => {
    const clock = stopTheClock();
    const app = await startApp();
    const { laptop, phone } = await twice(app);
    clock.advance({ minutes: 10 });
    const [first] = await listed(laptop);
    for (const path of [END_OTHERS, first?.button ?? ""]) {
      const answer = await laptop.post(path, {}, { referer: `${app.origin}/sessions` });
      expect([answer.status, answer.headers.location]).toEqual([303, "/confirm-password?next=%2Fsessions"]);
    }
    expect([await isIn(laptop), await isIn(phone)]).toEqual([true, true]);
    const back = await laptop.fillIn("/confirm-password?next=%2Fsessions", { password: ADA.password });
    expect(back.headers.location).toBe("/sessions");
    expect((await laptop.post(END_OTHERS)).headers.location).toBe("/sessions");
    expect([await isIn(laptop), await isIn(phone)]).toEqual([true, false]);
  });

  it("leads to a page that opens, also for a browser that tells nobody where it comes from", async () => {
    const clock = stopTheClock();
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    clock.advance({ minutes: 10 });
    const asked = String((await ada.post(END_OTHERS)).headers.location);
    expect(asked).toMatch(/^\/confirm-password/);
    const back = await ada.fillIn(asked, { password: ADA.password });
    expect((await ada.get(String(back.headers.location))).status).toBe(200);
  });
});
