// A clock that was wrong and is set right: nothing lives longer for it than a clock can make it, and nobody is kept out.
import { describe, expect, it } from "vitest";
import type { Feature } from "../../src/core.ts";
import { requireRecentAuth } from "../../src/sign-in/access.ts";
import { startApp } from "../support/app.ts";
import { stopTheClock } from "../support/clock.ts";
import { freePort } from "../support/free-port.ts";
import { ADA, loggedIn, registered } from "../support/visitor.ts";

const NEW = "eleven otters paint the ceiling";
const YEAR = { days: 365 };
const A_YEAR_BACK = { days: -365 };

describe("a clock that was a year ahead and is set right", () => {
  it.each([{}, { rememberMe: "on" }])(
    "ends the logins of that time (%j), and lets everybody log in again",
    async (box) => {
      const clock = stopTheClock();
      const app = await startApp();
      clock.advance(YEAR);
      await registered(app.visitor());
      const early = Array.from({ length: 20 }, () => app.visitor());
      for (const visitor of early) expect((await visitor.logIn(ADA, box)).status).toBe(303);
      clock.advance(A_YEAR_BACK);
      for (const visitor of early) expect((await visitor.get("/profile")).status).toBe(302);

      const [phone, laptop] = [app.visitor(), app.visitor()];
      for (const visitor of [phone, laptop])
        expect((await visitor.logIn(ADA, box)).headers.location).toBe("/");
      for (const visitor of [phone, laptop]) expect((await visitor.get("/profile")).status).toBe(200);
      await app.purge();
      expect((await phone.get("/profile")).status).toBe(200);
    },
  );

  it("makes no link of that time live for a year, and a new one works", async () => {
    const clock = stopTheClock();
    const app = await startApp();
    const ada = await registered(app.visitor());
    const ask = async () => {
      await ada.fillIn("/forgot-password", { email: ADA.email });
      return app.mailbox.link(ADA.email, /Reset/, "/reset-password/");
    };
    clock.advance(YEAR);
    const early = await ask();
    clock.advance(A_YEAR_BACK);
    expect((await ada.get(early)).status).toBe(410);
    clock.advance({ minutes: 1 });
    await app.storage.db.deleteFrom("outbox").execute();
    expect((await ada.get(await ask())).status).toBe(303);
  });

  it("keeps nobody out longer than a limit's own time", async () => {
    const clock = stopTheClock();
    const app = await startApp({ env: { RATE_LIMIT_SCALE: "1" } });
    await registered(app.visitor());
    const guess = () => app.visitor().logIn({ ...ADA, password: "not her password" });
    clock.advance(YEAR);
    for (let count = 0; count < 6; count += 1) await guess();
    clock.advance(A_YEAR_BACK);
    const refused = await guess();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers["retry-after"])).toBeLessThanOrEqual(15 * 60);
    clock.advance({ minutes: 15, seconds: 1 });
    expect((await app.visitor().logIn()).status).toBe(303);
  });

  it.each([YEAR, { hours: 5 }])("(or %j) sends the mail that waited then", async (ahead) => {
    const clock = stopTheClock();
    const down = { MAIL_TRANSPORT: "smtp", SMTP_URL: `smtp://127.0.0.1:${await freePort()}` };
    const first = await startApp({ env: down });
    clock.advance(ahead);
    await first.visitor().register();
    await first.mailer.deliverDue();
    await first.stop();
    clock.advance(Object.fromEntries(Object.entries(ahead).map(([unit, amount]) => [unit, -amount])));
    const second = await startApp({ folder: first.folder });
    expect(await second.mailbox.to(ADA.email)).toHaveLength(1);
  });
});

describe("a clock that is set back", () => {
  it("brings back no login that somebody was told has ended", async () => {
    const clock = stopTheClock();
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    clock.advance({ minutes: 31 });
    expect((await ada.get("/profile")).status).toBe(302);
    clock.advance({ minutes: -31 });
    expect((await ada.get("/profile")).status).toBe(302);
  });

  it("brings back no link that was used, and no guess that was counted", async () => {
    const clock = stopTheClock();
    const app = await startApp({ env: { RATE_LIMIT_SCALE: "1" } });
    const ada = await registered(app.visitor());
    await ada.fillIn("/forgot-password", { email: ADA.email });
    const link = await app.mailbox.link(ADA.email, /Reset/, "/reset-password/");
    await ada.get(link);
    expect((await ada.fillIn("/reset-password", { password: NEW })).status).toBe(303);
    const guess = () => app.visitor().logIn(ADA);
    for (let count = 0; count < 5; count += 1) expect((await guess()).status).toBe(422);
    clock.advance({ minutes: -8 });
    expect((await ada.get(link)).status).toBe(410);
    expect((await guess()).status).toBe(429);
  });

  it("leaves what is sensitive open for no longer than it was", async () => {
    const clock = stopTheClock();
    const sensitive: Feature = ({ pages }) =>
      pages.get("/sensitive", requireRecentAuth, (_req, res) => void res.json({}));
    const app = await startApp({ extraFeatures: [sensitive] });
    const ada = await registered(app.visitor());
    await ada.logIn(ADA, { rememberMe: "on" });
    clock.advance({ days: 1 });
    await ada.fillIn("/confirm-password", { password: ADA.password });
    expect((await ada.get("/sensitive")).status).toBe(200);
    clock.advance({ days: -1 });
    const asked = await ada.get("/sensitive");
    expect([asked.status, asked.headers.location]).toEqual([303, "/confirm-password?next=%2Fsensitive"]);
  });

  it("by a few minutes logs nobody out", async () => {
    const clock = stopTheClock();
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    clock.advance({ minutes: -5 });
    expect((await ada.get("/profile")).status).toBe(200);
  });
});
