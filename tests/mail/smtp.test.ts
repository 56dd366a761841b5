// The real client against an SMTP server on loopback.

import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { readSettings } from "../../config/env.ts";
import { type Message, writeMessage } from "../../src/mail/message.ts";
import { smtpTransport } from "../../src/mail/smtp.ts";
import { header, part, smtpServer } from "./smtp-server.ts";

const LINK =
  "https://login.example.com/reset-password/the-token-in-the-link-which-is-longer-than-a-line-of-mail-may-be";
const SUBJECT = "Grüße & “a reset” 🦉";

const letter = (subject = SUBJECT): Promise<Message> =>
  writeMessage(
    {
      to: "ada@example.com",
      subject,
      paragraphs: ["Grüße."],
      link: { label: "Choose a new password", url: LINK },
    },
    {
      appName: "Auth Flow",
      baseUrl: "https://login.example.com",
      viewsFolder: join(import.meta.dirname, "../../views"),
    },
  );

function transportTo(smtpUrl: string, requireTls = false) {
  const { mail } = readSettings({
    MAIL_TRANSPORT: "smtp",
    SMTP_URL: smtpUrl,
    MAIL_FROM: "Zoë <no-reply@example.com>",
  });
  return smtpTransport(mail, { requireTls, timeoutMs: 300 });
}

describe("the SMTP transport", () => {
  it("delivers to one recipient, and both parts carry the link", async () => {
    const { delivered, port } = await smtpServer();
    const message = await letter();
    await transportTo(`smtp://127.0.0.1:${port}`).deliver(message);
    expect(delivered).toHaveLength(1);
    const [{ from, to, source } = { from: "", to: [], source: "" }] = delivered;
    expect([from, to]).toEqual(["no-reply@example.com", ["ada@example.com"]]);
    expect(source).toContain("Content-Type: multipart/alternative");
    expect(part(source, "text/plain")).toContain(`\n${LINK}\n`.replaceAll("\n", "\r\n"));
    expect(part(source, "text/html")).toContain(`href="${LINK}"`);
    expect(part(source, "text/plain")).toContain("Grüße.");
    expect(header(source, "Subject")).toBe(SUBJECT);
    expect(header(source, "From")).toContain("Zoë");
    expect(header(source, "Message-ID")).toBe(`<${message.id}@example.com>`);
    for (const line of source.split("\r\n")) expect(line.length).toBeLessThan(999);
  });

  it("lets nothing in a subject become a header or a recipient", async () => {
    const { delivered, port } = await smtpServer();
    await transportTo(`smtp://127.0.0.1:${port}`).deliver(
      await letter("Hello\r\nBcc: eve@evil.test\r\n\r\nbody"),
    );
    expect(delivered[0]?.to).toEqual(["ada@example.com"]);
    expect(delivered[0]?.source.split("\r\n\r\n")[0]).not.toMatch(/^Bcc:/im);
  });

  it("logs in with a name and password that need escaping in a URL", async () => {
    const logins: unknown[] = [];
    const { delivered, port } = await smtpServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) => {
        logins.push([username, password]);
        done(null, { user: username });
      },
    });
    await transportTo(`smtp://ada%40example.com:p%2Fw%3A%40%25@127.0.0.1:${port}`).deliver(await letter());
    expect(logins).toEqual([["ada@example.com", "p/w:@%"]]);
    expect(delivered).toHaveLength(1);
  });

  it("rejects when the login or the recipient is refused, and says so without password or link", async () => {
    const strict = await smtpServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => done(new Error("Wrong password")),
    });
    const picky = await smtpServer({
      onRcptTo: (_address, _session, done) => done(new Error("No such mailbox")),
    });
    for (const { port, delivered } of [strict, picky]) {
      const transport = transportTo(`smtp://ada:hunter2hunter2@127.0.0.1:${port}`);
      const error = await transport.deliver(await letter()).catch((reason: unknown) => reason as Error);
      expect(error).toBeInstanceOf(Error);
      expect(error?.message).not.toMatch(/hunter2|the-token-in-the-link/);
      expect(delivered).toEqual([]);
    }
  });

  it("rejects when the server is down, and when it says nothing", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    await expect(transportTo(`smtp://127.0.0.1:${port}`).deliver(await letter())).rejects.toThrow();
    await expect(transportTo("smtp://127.0.0.1:1").deliver(await letter())).rejects.toThrow();
  });

  it("hands no reset link to a server elsewhere that offers no encryption", async () => {
    // Loopback by its network, but not by its name: to the transport it is elsewhere.
    const { delivered, port } = await smtpServer();
    await expect(transportTo(`smtp://127.0.0.2:${port}`, true).deliver(await letter())).rejects.toThrow();
    expect(delivered).toEqual([]);
    await transportTo(`smtp://127.0.0.1:${port}`, true).deliver(await letter());
    expect(delivered).toHaveLength(1);
  });
});
