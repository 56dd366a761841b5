import { describe, expect, it } from "vitest";
import { startApp } from "../support/app.ts";
import { ADA, registered } from "../support/visitor.ts";

describe("GET /dev/mailbox", () => {
  it("lists the mails, and each opens with its headers, both parts and a link that works", async () => {
    const app = await startApp();
    const ada = await registered(app.visitor());
    await ada.fillIn("/forgot-password", { email: ADA.email });
    const list = await ada.get("/dev/mailbox");
    expect(list.status).toBe(200);
    expect(list.text).toContain(ADA.email);
    const mail = await app.mailbox.newest(ADA.email, /Reset/);
    expect(list.text).toContain(`href="/dev/mailbox/${mail.id}"`);
    const page = await ada.get(`/dev/mailbox/${mail.id}`);
    for (const part of ["From", "To", "Subject", "Text part", "HTML part", ADA.email])
      expect(page.text).toContain(part);
    const link = /href="(http[^"]+\/reset-password\/[^"]+)"/.exec(page.text)?.[1];
    expect((await ada.get(new URL(String(link)).pathname)).headers.location).toBe("/reset-password");
  });

  it("shows the HTML part as a mail program would, unable to run a script", async () => {
    const app = await startApp();
    const ada = await registered(app.visitor());
    const [mail] = await app.mailbox.to(ADA.email);
    const answer = await ada.get(`/dev/mailbox/${mail?.id}/html`);
    expect(answer.text).toBe(mail?.html);
    expect(answer.headers["content-security-policy"]).toContain("default-src 'none'");
    expect(answer.headers["content-security-policy"]).not.toContain("script-src");
  });

  it("is linked from where somebody waits for mail", async () => {
    const guest = (await startApp()).visitor();
    expect((await guest.get("/forgot-password")).text).toContain('href="/dev/mailbox"');
  });

  it("says so when there is no mail, and 404 for one that is not there", async () => {
    const guest = (await startApp()).visitor();
    expect((await guest.get("/dev/mailbox")).text).toContain("No mail yet");
    for (const id of ["1", "../users", "\0", "' OR 1=1 --"])
      expect((await guest.get(`/dev/mailbox/${encodeURIComponent(id)}`)).status).toBe(404);
  });

  const smtp = { MAIL_TRANSPORT: "smtp", SMTP_URL: "smtp://127.0.0.1:1" };
  it.each<[string, Record<string, string>]>([
    ["in a test environment", { NODE_ENV: "test" }],
    ["when mail really leaves", smtp],
    [
      "in production",
      {
        ...smtp,
        NODE_ENV: "production",
        MAIL_FROM: "Auth Flow <no-reply@example.com>",
        ARGON2_MEMORY_KIB: "19456",
        ARGON2_PASSES: "2",
      },
    ],
  ])("does not exist %s", async (_where, env) => {
    const guest = (await startApp({ env })).visitor();
    for (const path of ["/dev/mailbox", "/dev/mailbox/1", "/dev/mailbox/1/html", "/DEV/Mailbox/"])
      expect((await guest.get(path)).status).toBe(404);
    expect((await guest.get("/forgot-password")).text).not.toContain("mailbox");
  });
});
