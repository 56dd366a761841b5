import { describe, expect, it } from "vitest";
import { startApp, type TestApp } from "../support/app.ts";
import { stopTheClock } from "../support/clock.ts";
import { ADA, GRACE, registered, type Visitor } from "../support/visitor.ts";

const MAIL = /Confirm your email/;
const UNKNOWN = "nobody@example.net";
const linkTo = (app: TestApp, email = ADA.email) => app.mailbox.link(email, MAIL, "/verify-email/");
const askAgain = (visitor: Visitor, email = ADA.email) => visitor.fillIn("/verify-email", { email });

describe("asking for the mail again", () => {
  it("answers alike for an unknown, a confirmed and an unconfirmed address", async () => {
    const app = await startApp();
    await registered(app.visitor());
    await app.visitor().register(GRACE);
    await app.mailbox.all();
    const seen = [];
    for (const email of [UNKNOWN, ADA.email, GRACE.email]) {
      const stranger = app.visitor();
      const answer = await askAgain(stranger, email);
      const page = await stranger.get("/verify-email");
      expect(page.text).toContain("If there is an account to confirm for");
      seen.push([recognisable(answer, email), recognisable(page, email)]);
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
    const confirmations = async (email: string) =>
      (await app.mailbox.to(email)).filter(({ subject }) => MAIL.test(subject)).length;
    expect(await Promise.all([UNKNOWN, ADA.email, GRACE.email].map(confirmations))).toEqual([0, 1, 2]);
  });

  it("kills the older link", async () => {
    const clock = stopTheClock();
    const app = await startApp();
    const ada = app.visitor();
    await ada.register();
    const older = await linkTo(app);
    clock.advance({ minutes: 1 });
    await askAgain(app.visitor());
    const newer = await linkTo(app);
    expect(newer).not.toBe(older);
    expect((await ada.get(older)).status).toBe(410);
    expect((await ada.post(older)).status).toBe(410);
    expect((await ada.fillIn(newer, {})).status).toBe(303);
    expect((await ada.logIn()).headers.location).toBe("/");
  });

  it("finds the account in whatever spelling, and mails only the stored address", async () => {
    const app = await startApp();
    await app.visitor().register();
    await askAgain(app.visitor(), "ADA@Example.COM");
    const recipients = (await app.mailbox.all()).map(({ recipient }) => recipient);
    expect(recipients).toEqual([ADA.email, ADA.email]);
  });

  it.each([{ email: "" }, { email: "not an address" }, { email: [ADA.email, "eve@evil.test"] }, {}])(
    "refuses %j and sends nothing",
    async (fields) => {
      const app = await startApp();
      const answer = await app.visitor().post("/verify-email", fields as Record<string, string>);
      expect(answer.status).toBe(422);
      expect(answer.text).toContain("There is a problem");
      expect(await app.mailbox.all()).toEqual([]);
    },
  );

  it("stops after five mails an hour, whether or not there is an account", async () => {
    const app = await startApp({ env: { RATE_LIMIT_SCALE: "1" } });
    await app.visitor().register();
    for (const email of [ADA.email, UNKNOWN]) {
      const statuses: number[] = [];
      for (let attempt = 0; attempt < 6; attempt++)
        statuses.push((await app.visitor().post("/verify-email", { email })).status);
      expect(statuses, email).toEqual([303, 303, 303, 303, 303, 429]);
    }
    expect(await app.mailbox.to(ADA.email)).toHaveLength(6);
  });
});

describe("registering", () => {
  it("looks the same for a free, an unconfirmed and a confirmed address, and only their owners are told", async () => {
    const app = await startApp();
    await registered(app.visitor());
    await app.visitor().register(GRACE);
    await app.mailbox.all();
    const seen = [];
    for (const email of [UNKNOWN, ADA.email, GRACE.email]) {
      const stranger = app.visitor();
      const answers = [
        await stranger.register({ firstName: "Eve", lastName: "Evil", email, password: ADA.password }),
        await stranger.get("/login"),
        await stranger.get("/verify-email"),
        await stranger.get("/profile"),
      ];
      expect(answers[0]?.headers.location).toBe("/login");
      expect(stranger.cookie).not.toBeNull();
      seen.push(answers.map((answer) => recognisable(answer, email)));
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);

    expect((await app.mailbox.newest(UNKNOWN, MAIL)).text).not.toContain("Eve");
    expect(await app.mailbox.to(GRACE.email)).toHaveLength(2);
    const warning = await app.mailbox.newest(ADA.email, /already have an account/);
    expect(warning.text + warning.html).not.toMatch(/Eve|Evil|\/verify-email\//);
  });

  it("with a confirmed address changes nothing about its account", async () => {
    const app = await startApp();
    await registered(app.visitor());
    const eve = app.visitor();
    await eve.register({ ...ADA, firstName: "Eve", password: GRACE.password });
    expect((await eve.logIn({ ...ADA, password: GRACE.password })).status).toBe(422);
    const ada = app.visitor();
    expect((await ada.logIn()).headers.location).toBe("/");
    expect((await ada.get("/")).text).toContain("Hello, Ada");
  });
});

function recognisable(
  { status, headers, text }: { status: number; headers: object; text: string },
  email: string,
) {
  const { date, "x-request-id": id, "set-cookie": cookies, ...others } = headers as Record<string, unknown>;
  const attributes = [cookies].flat().map((cookie) => String(cookie).replace(/=[^;]+/, "=…"));
  // The pages show the address that was typed, and so they are as long as it is.
  const length = Number(others["content-length"]) - (text.split(email).length - 1) * email.length;
  const same = { ...others, "content-length": length };
  return {
    status,
    text: text.replaceAll(email, "X"),
    same,
    attributes,
    dated: typeof date,
    named: typeof id,
  };
}
