import { describe, expect, it } from "vitest";
import { startApp } from "../support/app.ts";
import { stopTheClock } from "../support/clock.ts";
import { ADA, GRACE, loggedIn, registered, type Visitor } from "../support/visitor.ts";
import { browser, END_OTHERS, isIn, listed, twice } from "./sessions-page.ts";

describe("GET /sessions", () => {
  it("tells in words where one is logged in, and which one this is", async () => {
    const app = await startApp();
    const { laptop, phone } = await twice(app);
    for (const [visitor, own, other] of [
      [laptop, "Firefox on Linux", "Safari on iOS"],
      [phone, "Safari on iOS", "Firefox on Linux"],
    ] as const) {
      const entries = await listed(visitor);
      expect(entries).toHaveLength(2);
      const [mine, ...more] = entries.filter(({ words }) => words.includes("This device"));
      expect(more).toEqual([]);
      expect(mine?.words).toContain(own);
      expect(entries.find((entry) => entry !== mine)?.words).toContain(other);
      expect(mine?.words).toMatch(/127\.0\.0\.1.*by password.*Since \d+ \w+ \d{4}, \d\d:\d\d UTC.*last used/);
    }
  });

  it("shows no id by which a login could be found or taken", async () => {
    const app = await startApp();
    const { laptop, phone } = await twice(app);
    const { text } = await laptop.get("/sessions");
    const logins = await app.storage.db.selectFrom("user_sessions").select(["id", "user_id"]).execute();
    expect(logins).toHaveLength(2);
    for (const { id, user_id } of logins) for (const raw of [id, user_id]) expect(text).not.toContain(raw);
    for (const { cookie } of [laptop, phone])
      expect(text).not.toContain(
        decodeURIComponent(cookie ?? "")
          .slice(2)
          .split(".")[0],
      );
  });

  it("lists nobody else's logins, and is for members only", async () => {
    const app = await startApp();
    const { laptop } = await twice(app);
    const grace = await loggedIn(app.visitor(), GRACE);
    expect(await listed(grace)).toHaveLength(1);
    expect(await listed(laptop)).toHaveLength(2);
    expect((await app.visitor().get("/sessions")).headers.location).toBe("/login?next=%2Fsessions");
    expect((await app.visitor().post(END_OTHERS)).status).toBe(401);
  });

  it("shows what a browser says of itself as text", async () => {
    const app = await startApp();
    const ada = browser(app, '<script>alert("1")</script>/1.0 (x)');
    await loggedIn(ada);
    expect((await ada.get("/sessions")).text).not.toContain("<script>alert");
  });
});

describe("the list of logins", () => {
  it("has at most twenty; the oldest makes room", async () => {
    const clock = stopTheClock();
    const app = await startApp();
    await registered(app.visitor());
    const visitors = Array.from({ length: 22 }, () => app.visitor());
    for (const visitor of visitors) {
      await visitor.logIn();
      clock.advance({ seconds: 1 });
    }
    const alive = await Promise.all(visitors.map(isIn));
    expect(alive).toEqual([false, false, ...Array(20).fill(true)]);
    expect(await listed(visitors[21] as Visitor)).toHaveLength(20);
  });

  it("leaves out what has been idle too long, but not what is remembered", async () => {
    const clock = stopTheClock();
    const app = await startApp();
    const { laptop } = await twice(app);
    const remembered = app.visitor();
    await remembered.logIn(ADA, { rememberMe: "on" });
    clock.advance({ minutes: 29 });
    expect(await listed(laptop)).toHaveLength(3);
    clock.advance({ minutes: 1 });
    const entries = await listed(laptop);
    expect(entries).toHaveLength(2);
    expect(entries.filter(({ words }) => words.includes("remembered"))).toHaveLength(1);
  });
});
