import { describe, expect, it } from "vitest";
import { startApp } from "../support/app.ts";
import { ADA, GRACE, registered } from "../support/visitor.ts";

const ALREADY = /already have an account/;

describe("GET /register", () => {
  it("shows an empty form to a guest and leaves nothing with them", async () => {
    const guest = (await startApp()).visitor();
    const page = await guest.get("/register");
    expect(page.status).toBe(200);
    for (const name of ["firstName", "lastName", "email", "password"])
      expect(page.text).toContain(`name="${name}"`);
    expect(page.headers["set-cookie"]).toBeUndefined();
  });
});

describe("POST /register", () => {
  it("leads to the login page, which says to look at the mail, and mails the owner once", async () => {
    const app = await startApp();
    const ada = app.visitor();
    const answer = await ada.register();
    expect([answer.status, answer.headers.location]).toEqual([303, "/login"]);
    const page = await ada.get("/login");
    expect(page.text).toContain("Check your email");
    expect(page.text).toContain(ADA.email);
    expect(await app.mailbox.to(ADA.email)).toHaveLength(1);
  });

  it("does not log anybody in by itself", async () => {
    const ada = (await startApp()).visitor();
    await ada.register();
    expect((await ada.get("/profile")).status).toBe(302);
  });

  it("lets a fresh account log in at once where verification is not required", async () => {
    const ada = (await startApp({ env: { REQUIRE_EMAIL_VERIFICATION: "false" } })).visitor();
    await ada.register();
    expect((await ada.logIn()).status).toBe(303);
    expect((await ada.get("/")).text).toContain("Hello, Ada");
  });

  it("answers a taken address exactly as a free one, and tells only its owner", async () => {
    const app = await startApp();
    await registered(app.visitor());
    const [stranger, newcomer] = [app.visitor(), app.visitor()];
    const taken = await stranger.register({ ...GRACE, email: ADA.email });
    const free = await newcomer.register(GRACE);
    expect(recognisable(taken)).toEqual(recognisable(free));
    const takenPage = (await stranger.get("/login")).text.replaceAll(ADA.email, "X");
    expect(takenPage).toBe((await newcomer.get("/login")).text.replaceAll(GRACE.email, "X"));
    const mail = await app.mailbox.newest(ADA.email, ALREADY);
    expect(mail.text).toContain(`${app.origin}/forgot-password`);
    expect(mail.text + mail.html).not.toContain(GRACE.firstName);
  });

  it("changes nothing about an account whose address is registered again, in whatever spelling", async () => {
    const app = await startApp();
    await registered(app.visitor());
    await app.visitor().register({ ...GRACE, email: "ADA@Example.COM" });
    await app.mailbox.newest(ADA.email, ALREADY);
    expect((await app.visitor().logIn({ ...ADA, password: GRACE.password })).status).toBe(422);
    const ada = app.visitor();
    expect((await ada.logIn()).status).toBe(303);
    expect((await ada.get("/")).text).toContain("Hello, Ada");
  });

  it("opens one account when twenty people send the same address at once", async () => {
    const app = await startApp({ env: { REQUIRE_EMAIL_VERIFICATION: "false" } });
    const answers = await Promise.all(Array.from({ length: 20 }, () => app.visitor().post("/register", ADA)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(303));
    const subjects = (await app.mailbox.to(ADA.email)).map(({ subject }) => subject);
    expect(subjects).toHaveLength(20);
    expect(subjects.filter((subject) => !ALREADY.test(subject))).toHaveLength(1);
  });

  it("keeps the address as it was typed, without the spaces around it", async () => {
    const app = await startApp();
    await registered(app.visitor(), { ...ADA, email: "  Ada@Example.com " });
    expect((await app.mailbox.all()).map(({ recipient }) => recipient)).toEqual(["Ada@Example.com"]);
    expect((await app.visitor().logIn()).status).toBe(303);
  });

  it("sends a member to the front page and opens no second account", async () => {
    const app = await startApp();
    const ada = await registered(app.visitor());
    await ada.logIn();
    expect((await ada.get("/register")).headers.location).toBe("/");
    const answer = await ada.post("/register", GRACE);
    expect([answer.status, answer.headers.location]).toEqual([303, "/"]);
    expect(await app.mailbox.to(GRACE.email)).toEqual([]);
  });

  it("stops a source after twenty registrations in an hour", async () => {
    const app = await startApp({ env: { RATE_LIMIT_SCALE: "1" } });
    const register = (number: number) =>
      app.visitor().post("/register", { ...ADA, email: `ada${number}@example.com` });
    for (let number = 1; number <= 20; number++) expect((await register(number)).status).toBe(303);
    const refused = await register(21);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect(refused.text).not.toContain(ADA.password);
  });

  it("stops mailing an address after five registrations in an hour, and answers alike whether it is taken", async () => {
    const app = await startApp({ env: { RATE_LIMIT_SCALE: "1" } });
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 6; attempt++)
      statuses.push((await app.visitor().post("/register", ADA)).status);
    expect(statuses).toEqual([303, 303, 303, 303, 303, 429]);
    expect(await app.mailbox.to(ADA.email)).toHaveLength(5);
  });
});

function recognisable({ status, headers, text }: { status: number; headers: object; text: string }) {
  const { date, "x-request-id": id, "set-cookie": cookies, ...others } = headers as Record<string, unknown>;
  const attributes = [cookies].flat().map((cookie) => String(cookie).replace(/=[^;]+/, "=…"));
  return { status, text, others, attributes, hasId: id !== undefined, hasDate: date !== undefined };
}
