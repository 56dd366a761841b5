import { describe, expect, it } from "vitest";
import { startApp, type TestApp } from "../support/app.ts";
import { stopTheClock } from "../support/clock.ts";
import { ADA, GRACE, loggedIn, registered, type Visitor } from "../support/visitor.ts";

const NEW = "ada@new.example.com";
const WITH_NEW = { ...ADA, email: NEW };
const CONFIRM = /Confirm your new email/;
const ask = (visitor: Visitor, email = NEW) => visitor.fillIn("/change-email", { email });
const confirmLink = (app: TestApp, email = NEW) => app.mailbox.link(email, CONFIRM, "/confirm-email/");
const undoLink = (app: TestApp) => app.mailbox.link(ADA.email, /is being changed/, "/undo-email-change/");

describe("changing the address", () => {
  it("happens only when the new one is confirmed, and the old one is told at once", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    const answer = await ask(ada);
    expect([answer.status, answer.headers.location]).toEqual([303, "/profile"]);
    const page = await ada.get("/profile");
    expect(page.text).toContain(`We have sent a link to <strong>${NEW}</strong>`);
    expect(page.text).toContain(`<dd>${ADA.email}</dd>`);
    expect((await app.visitor().logIn(WITH_NEW)).status).toBe(422);
    expect((await app.visitor().get(await undoLink(app))).status).toBe(200);
    const { text } = await app.mailbox.newest(ADA.email, /is being changed/);
    expect(text).toMatch(/It was done with .+, from the address 127\.0\.0\.1\./);

    const confirmed = await ada.fillIn(await confirmLink(app), {});
    expect([confirmed.status, confirmed.headers.location]).toEqual([303, "/profile"]);
    expect((await ada.get("/profile")).text).toContain(`<dd>${NEW}</dd>`);
    expect((await app.visitor().logIn()).status).toBe(422);
    expect((await app.visitor().logIn(WITH_NEW)).headers.location).toBe("/");
    const told = app.logs.map(({ event }) => event).filter((event) => /^email-change/.test(String(event)));
    expect(told).toEqual(["email-change-requested", "email-changed"]);
  });

  it("is confirmed in any browser, and logs nobody in there", async () => {
    const app = await startApp();
    await ask(await loggedIn(app.visitor()));
    const phone = app.visitor();
    const answer = await phone.fillIn(await confirmLink(app), {});
    expect([answer.status, answer.headers.location]).toEqual([303, "/login"]);
    expect((await phone.get("/profile")).status).toBe(302);
    expect((await phone.logIn(WITH_NEW)).headers.location).toBe("/");
  });

  it("refuses the address one has, and what is none, and sends nothing", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    const before = (await app.mailbox.all()).length;
    for (const email of [ADA.email, "ADA@Example.COM", "", "not an address", `a@b.example\r\nBcc: ${NEW}`]) {
      const answer = await ask(ada, email);
      expect(answer.status, email).toBe(422);
      expect(answer.text).toContain("There is a problem");
    }
    expect(await app.mailbox.all()).toHaveLength(before);
  });

  it("answers alike for an address that is taken, changes nothing, and tells its owner", async () => {
    const app = await startApp();
    await registered(app.visitor(), GRACE);
    const ada = await loggedIn(app.visitor());
    const taken = recognisable(await ask(ada, GRACE.email), GRACE.email);
    const takenPage = recognisable(await ada.get("/profile"), GRACE.email);
    const warning = await app.mailbox.newest(GRACE.email, /was entered/);
    expect(warning.text + warning.html).not.toMatch(/confirm-email|ada@|Ada/);
    expect(recognisable(await ask(ada), NEW)).toEqual(taken);
    expect(recognisable(await ada.get("/profile"), NEW)).toEqual(takenPage);
    await ask(ada, GRACE.email.toUpperCase());
    expect((await app.mailbox.to(GRACE.email)).filter(({ subject }) => CONFIRM.test(subject))).toEqual([]);
    expect((await app.visitor().logIn(GRACE)).headers.location).toBe("/");
    expect((await app.visitor().logIn()).headers.location).toBe("/");
  });

  it("goes to the address asked for last; the link of the one before is dead", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    await ask(ada, "first@new.example.com");
    const first = await confirmLink(app, "first@new.example.com");
    await ask(ada);
    for (const answer of [await ada.get(first), await ada.post(first)]) expect(answer.status).toBe(410);
    await ada.fillIn(await confirmLink(app), {});
    expect((await ada.post(first)).status).toBe(410);
    expect((await ada.get("/profile")).text).toContain(`<dd>${NEW}</dd>`);
  });

  it("fails for the second of two people who asked for the same address, and for one that was registered meanwhile", async () => {
    const app = await startApp();
    const [ada, grace] = [await loggedIn(app.visitor()), await loggedIn(app.visitor(), GRACE)];
    await ask(ada);
    const hers = await confirmLink(app);
    await ask(grace);
    const links = (await app.mailbox.to(NEW)).map(({ text }) => /\/confirm-email\/\S+/.exec(text)?.[0] ?? "");
    const [other = ""] = links.filter((link) => link !== hers);
    expect((await grace.fillIn(other, {})).status).toBe(303);
    expect((await ada.post(hers)).status).toBe(410);
    expect((await ada.get("/profile")).text).toContain(`<dd>${ADA.email}</dd>`);

    await ask(ada, "later@new.example.com");
    const late = await confirmLink(app, "later@new.example.com");
    await registered(app.visitor(), { ...ADA, email: "later@new.example.com" });
    expect((await ada.post(late)).status).toBe(410);
    expect((await ada.get("/profile")).text).toContain(`<dd>${ADA.email}</dd>`);
  });

  it("is only for members, and asks for the password again after ten minutes", async () => {
    const clock = stopTheClock();
    const app = await startApp();
    expect((await app.visitor().get("/change-email")).headers.location).toBe("/login?next=%2Fchange-email");
    expect((await app.visitor().post("/change-email", { email: NEW })).status).toBe(401);
    const ada = await loggedIn(app.visitor());
    clock.advance({ minutes: 10 });
    for (const answer of [await ada.get("/change-email"), await ada.post("/change-email", { email: NEW })])
      expect([answer.status, answer.headers.location]).toEqual([
        303,
        "/confirm-password?next=%2Fchange-email",
      ]);
    expect(await app.mailbox.to(NEW)).toEqual([]);
    const back = await ada.fillIn("/confirm-password?next=%2Fchange-email", { password: ADA.password });
    expect(back.headers.location).toBe("/change-email");
    expect((await ask(ada)).status).toBe(303);
  });

  it("can be asked for five times an hour", async () => {
    const app = await startApp({ env: { RATE_LIMIT_SCALE: "1" } });
    const ada = await loggedIn(app.visitor());
    const statuses: number[] = [];
    for (let number = 1; number <= 6; number++)
      statuses.push((await ask(ada, `ada${number}@new.example.com`)).status);
    expect(statuses).toEqual([303, 303, 303, 303, 303, 429]);
    expect(await app.mailbox.to("ada6@new.example.com")).toEqual([]);
  });
});

function recognisable(
  { status, headers, text }: { status: number; headers: object; text: string },
  email: string,
) {
  const { date, "x-request-id": id, ...others } = headers as Record<string, unknown>;
  const length = Number(others["content-length"]) - (text.split(email).length - 1) * email.length;
  const same = { ...others, "content-length": length };
  return { status, text: text.replaceAll(email, "X"), same, dated: typeof date, named: typeof id };
}
