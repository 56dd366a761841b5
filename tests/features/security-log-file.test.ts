// The log as a file to take away, and what becomes of it in the database.
import { describe, expect, it } from "vitest";
import type { Feature } from "../../src/core.ts";
import { currentUser } from "../../src/sign-in/access.ts";
import { sourceOf } from "../../src/web/source.ts";
import { startApp } from "../support/app.ts";
import { stopTheClock } from "../support/clock.ts";
import { ADA, loggedIn, registered, type Visitor } from "../support/visitor.ts";

const WRONG = "not her password at all";

/** The cells of the file, each still as it stands between its quotes. */
async function rows(visitor: Visitor): Promise<string[][]> {
  const { text } = await visitor.get("/security-log?format=csv");
  expect(text.endsWith("\r\n")).toBe(true);
  return text
    .slice(0, -2)
    .split("\r\n")
    .map((row) => {
      expect(row).toMatch(/^"(?:[^"]|"")*"(?:,"(?:[^"]|"")*"){4}$/);
      return row.slice(1, -1).split(/","/);
    });
}

/** POST /deed?event=…: something of a feature of one's own; with &then=fail it goes wrong after it was told. */
const deeds: Feature = ({ pages, db, events }) => {
  pages.post("/deed", async (req, res) => {
    const event = String(req.query.event);
    await db.transaction().execute(async (trx) => {
      await events.record(trx, {
        event,
        outcome: "success",
        userId: currentUser(req).id,
        source: sourceOf(req),
      });
      if (req.query.then === "fail") throw new Error("changed our mind");
    });
    res.redirect(303, "/");
  });
};

describe("GET /security-log?format=csv", () => {
  it("is a file with every event, newest first", async () => {
    const clock = stopTheClock();
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    for (let number = 0; number < 30; number++) {
      clock.advance({ seconds: 1 });
      await app.visitor().post("/login", { email: ADA.email, password: WRONG });
    }
    const answer = await ada.get("/security-log?format=csv");
    expect(answer.headers["content-type"]).toBe("text/csv; charset=utf-8");
    expect(answer.headers["content-disposition"]).toMatch(/^attachment; filename="?security-log\.csv"?$/);
    expect(answer.headers["cache-control"]).toBe("no-store");
    const [header, ...events] = await rows(ada);
    expect(header).toEqual(["time", "event", "outcome", "address", "browser"]);
    expect(events.slice(0, 30).map(([, what, outcome]) => `${what} ${outcome}`)).toEqual(
      Array(30).fill("Login failed failure"),
    );
    expect(events.slice(30).map(([, what]) => what)).toContain("Account opened");
    const times = events.map(([time = ""]) => time);
    expect(times[0]).toBe(new Date().toISOString());
    expect(times).toEqual([...times].sort().reverse());
  });

  it.each([
    '=HYPERLINK("http://evil.test","Click")/1.0 (x',
    "=cmd|' /C calc'!A0/1.0 (x",
    "+1+1/1.0 (x",
    "-1+1/1.0 (x",
    "@SUM(1,1)/1.0 (x",
    '"quoted", and more/1.0 (x',
    "a,b\t\u00e9/1.0 (x",
  ])("holds no formula and no broken cell, though a browser calls itself %s", async (userAgent) => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    const stranger = app.visitor();
    stranger.headers = { "user-agent": userAgent };
    await stranger.logIn({ ...ADA, password: WRONG });
    const cells = (await rows(ada)).flat();
    expect(cells.filter((cell) => /^"*[=+\-@\t\r\n]/.test(cell))).toEqual([]);
    const page = await ada.get("/security-log");
    expect(page.status).toBe(200);
    expect(page.text).not.toContain('"http://evil.test"');
  });
});

describe("the events", () => {
  it("of other features have words too, and one that has none is shown under its own name", async () => {
    const ada = await loggedIn((await startApp({ extraFeatures: [deeds] })).visitor());
    const words = {
      "email-verified": "Email address confirmed",
      "email-change-requested": "Change of email address asked for",
      "email-changed": "Email address changed",
      "email-change-undone": "Change of email address undone",
      "login-ended": "A login on another device ended",
      "other-logins-ended": "All other logins ended",
      "invoice-paid": "invoice-paid",
    };
    for (const event of Object.keys(words)) await ada.post(`/deed?event=${event}`);
    const seen = (await rows(ada)).map(([, what]) => what);
    for (const expected of Object.values(words)) expect(seen).toContain(expected);
  });

  it("stand or fall with the change that they tell", async () => {
    const app = await startApp({ extraFeatures: [deeds] });
    const ada = await loggedIn(app.visitor());
    expect((await ada.post("/deed?event=told-and-undone&then=fail")).status).toBe(500);
    expect((await rows(ada)).flat()).not.toContain("told-and-undone");
  });

  it("are each a line of the program's log too, without address or password", async () => {
    const app = await startApp();
    await loggedIn(app.visitor());
    await app.visitor().logIn({ ...ADA, password: WRONG });
    const told = app.logs.filter(({ event }) => event === "register" || event === "login");
    const { id } = await app.storage.db.selectFrom("users").select("id").executeTakeFirstOrThrow();
    expect(told).toMatchObject([
      { event: "register", outcome: "success", userId: id, ip: "127.0.0.1" },
      { event: "login", outcome: "success", userId: id, ip: "127.0.0.1" },
      { event: "login", outcome: "failure", userId: id, ip: "127.0.0.1" },
    ]);
    expect(JSON.stringify(told)).not.toMatch(/ada@|violet|not her/);
  });

  it("are kept for 180 days, to the second", async () => {
    const clock = stopTheClock();
    const app = await startApp();
    await registered(app.visitor());
    const opened = async () => {
      const ada = app.visitor();
      await ada.logIn();
      return (await rows(ada)).filter(([, what]) => what === "Account opened").length;
    };
    clock.advance({ days: 180 });
    await app.purge();
    expect(await opened()).toBe(1);
    clock.advance({ seconds: 1 });
    await app.purge();
    expect(await opened()).toBe(0);
  });

  it("that concern nobody are written like others, and gone with the next clean-up", async () => {
    const app = await startApp();
    await registered(app.visitor());
    for (const email of ["nobody@example.com", ADA.email])
      await app.visitor().logIn({ ...ADA, email, password: WRONG });
    const counts = async () => {
      const all = await app.storage.db.selectFrom("security_events").select(["user_id", "event"]).execute();
      const logins = all.filter(({ event }) => event === "login");
      return [logins.filter(({ user_id }) => user_id === null).length, logins.length];
    };
    expect(await counts()).toEqual([1, 2]);
    await app.purge();
    expect(await counts()).toEqual([0, 1]);
  });
});
