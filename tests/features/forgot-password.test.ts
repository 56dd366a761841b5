import { describe, expect, it } from "vitest";
import { startApp } from "../support/app.ts";
import { ADA, loggedIn, registered } from "../support/visitor.ts";

const RESET = /Reset your .* password/;

describe("POST /forgot-password", () => {
  it("mails a link to the owner and says where it went", async () => {
    const app = await startApp();
    await registered(app.visitor());
    const ada = app.visitor();
    const answer = await ada.fillIn("/forgot-password", { email: ADA.email });
    expect([answer.status, answer.headers.location]).toEqual([303, "/forgot-password"]);
    const page = await ada.get("/forgot-password");
    expect(page.text).toContain(`If there is an account for <strong>${ADA.email}</strong>`);
    const mail = await app.mailbox.newest(ADA.email, RESET);
    expect(mail.text).toContain(`${app.origin}/reset-password/`);
    const link = await app.mailbox.link(ADA.email, RESET, "/reset-password/");
    expect(mail.html).toContain(`href="${app.origin}${link}"`);
    expect(mail.text).toContain("60 minutes");
  });

  it("answers the same for an address that nobody has, and mails nobody", async () => {
    const app = await startApp();
    await registered(app.visitor());
    const ask = async (email: string) => {
      const visitor = app.visitor();
      const { status, headers, text } = await visitor.fillIn("/forgot-password", { email });
      const { date: _date, "x-request-id": _id, "set-cookie": _cookie, ...others } = headers;
      const page = await visitor.get("/forgot-password");
      return { status, text, others, page: page.text.replaceAll(email, "X") };
    };
    expect(await ask("nobody@example.com")).toEqual(await ask(ADA.email));
    expect(await app.mailbox.to("nobody@example.com")).toEqual([]);
  });

  it("mails the address of the account, not the one that was typed", async () => {
    const app = await startApp();
    await registered(app.visitor());
    await app.visitor().fillIn("/forgot-password", { email: "ADA@EXAMPLE.com" });
    await app.mailbox.newest(ADA.email, RESET);
    expect(await app.mailbox.to("ADA@EXAMPLE.com")).toEqual([]);
  });

  it.each([
    ["nothing", {}],
    ["an empty address", { email: "" }],
    ["no address", { email: "ada" }],
    ["two addresses", { email: [ADA.email, "eve@evil.test"] }],
    ["two addresses in one", { email: `${ADA.email},eve@evil.test` }],
    ["a second header", { email: `${ADA.email}\r\nBcc: eve@evil.test` }],
    ["a field that is not on the form", { email: ADA.email, to: "eve@evil.test" }],
  ])("refuses %s and mails nobody", async (_what, fields) => {
    const app = await startApp();
    await registered(app.visitor());
    const before = (await app.mailbox.all()).length;
    const answer = await app.visitor().post("/forgot-password", fields);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain("There is a problem");
    expect(await app.mailbox.all()).toHaveLength(before);
  });

  it("works for a member too, who stays logged in", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    expect((await ada.fillIn("/forgot-password", { email: ADA.email })).status).toBe(303);
    await app.mailbox.newest(ADA.email, RESET);
    expect((await ada.get("/profile")).status).toBe(200);
  });

  it("leaves the password as it is", async () => {
    const app = await startApp();
    await registered(app.visitor());
    await app.visitor().fillIn("/forgot-password", { email: ADA.email });
    expect((await app.visitor().logIn()).status).toBe(303);
  });

  it("mails an address five times in an hour at most, and refuses alike whether it is known", async () => {
    const app = await startApp({ env: { RATE_LIMIT_SCALE: "1" } });
    await registered(app.visitor());
    for (const email of [ADA.email, "nobody@example.com"]) {
      const statuses: number[] = [];
      for (let asked = 0; asked < 6; asked++)
        statuses.push((await app.visitor().post("/forgot-password", { email })).status);
      expect(statuses).toEqual([303, 303, 303, 303, 303, 429]);
    }
    const mails = await app.mailbox.to(ADA.email);
    expect(mails.filter(({ subject }) => RESET.test(subject))).toHaveLength(5);
  });

  it("stops a source that asks for many addresses", async () => {
    const app = await startApp({ env: { RATE_LIMIT_SCALE: "1" } });
    const ask = (n: number) => app.visitor().post("/forgot-password", { email: `nobody${n}@example.com` });
    for (let n = 0; n < 20; n++) expect((await ask(n)).status).toBe(303);
    const refused = await ask(20);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  });
});
