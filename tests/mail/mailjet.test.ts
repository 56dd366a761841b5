// The real client against a Mailjet of our own on loopback.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readSettings } from "../../config/env.ts";
import { mailjetTransport } from "../../src/mail/mailjet.ts";
import { type Message, writeMessage } from "../../src/mail/message.ts";
import { answering, fakeMailjet } from "./fake-mailjet.ts";

const LINK = "https://login.example.com/reset-password/the-token-in-the-link";
const SUCCESS = JSON.stringify({ Messages: [{ Status: "success", To: [{ Email: "ada@example.com" }] }] });
const SECRET = "the-secret-half-of-the-key";

function transportTo(url: string) {
  const { mail } = readSettings({
    MAIL_TRANSPORT: "mailjet",
    MAIL_FROM: "Zoë & Söhne <no-reply@example.com>",
    MAILJET_API_KEY: "the-key",
    MAILJET_API_SECRET: SECRET,
    MAILJET_API_URL: url,
  });
  return mailjetTransport(mail, 300);
}

const message: Message = await writeMessage(
  {
    to: "ada@example.com",
    subject: "Grüße & “a reset” 🦉",
    paragraphs: ["Somebody asked."],
    link: { label: "Choose a new password", url: LINK },
  },
  {
    appName: "Auth Flow",
    baseUrl: "https://login.example.com",
    viewsFolder: join(import.meta.dirname, "../../views"),
  },
);

async function mailjet(answer: Parameters<typeof fakeMailjet>[0], scheme = "http") {
  const { received, port } = await fakeMailjet(answer);
  return { received, port, transport: transportTo(`${scheme}://127.0.0.1:${port}`) };
}

describe("the Mailjet transport", () => {
  it("posts one mail to the send API v3.1, with our key, and both parts carry the link", async () => {
    const { received, transport } = await mailjet(answering(200, SUCCESS));
    await transport.deliver(message);
    expect(received).toHaveLength(1);
    const { method, url, headers, body } = received[0] ?? never();
    expect([method, url]).toEqual(["POST", "/v3.1/send"]);
    expect(headers.authorization).toBe(`Basic ${Buffer.from(`the-key:${SECRET}`).toString("base64")}`);
    expect(headers["content-type"]).toContain("application/json");
    const { Messages } = JSON.parse(body);
    expect(Messages).toHaveLength(1);
    expect(Messages[0]).toMatchObject({
      From: { Email: "no-reply@example.com", Name: "Zoë & Söhne" },
      To: [{ Email: "ada@example.com" }],
      Subject: message.subject,
      TrackOpens: "disabled",
      TrackClicks: "disabled",
    });
    expect(Messages[0].TextPart).toContain(LINK);
    expect(Messages[0].HTMLPart).toContain(`href="${LINK}"`);
    for (const header of ["Cc", "Bcc", "Headers"]) expect(Messages[0]).not.toHaveProperty(header);
  });

  it("goes through a gateway that lives below a path", async () => {
    const { port, received } = await mailjet(answering(200, SUCCESS));
    await transportTo(`http://127.0.0.1:${port}/gateway/`).deliver(message);
    expect(received[0]?.url).toBe("/gateway/v3.1/send");
  });

  it.each([
    [
      "400",
      400,
      JSON.stringify({ Messages: [{ Status: "error", Errors: [{ ErrorMessage: "Bad sender" }] }] }),
    ],
    ["401", 401, JSON.stringify({ StatusCode: 401, ErrorMessage: "API key authentication failure" })],
    ["429", 429, JSON.stringify({ ErrorMessage: "Too many" })],
    ["500", 500, "<h1>Oops</h1>"],
    [
      "an error in a 200",
      200,
      JSON.stringify({ Messages: [{ Status: "error", Errors: [{ ErrorMessage: "Blocked" }] }] }),
    ],
    ["a 200 without a message", 200, JSON.stringify({ Messages: [] })],
    ["a 200 that is no JSON", 200, "<h1>Welcome to the hotel's network</h1>"],
  ])(
    "rejects an answer of %s, and what it says holds neither the key nor the link",
    async (_what, status, body) => {
      const { transport, received } = await mailjet(answering(status, body));
      const error = await transport.deliver(message).catch((reason: unknown) => reason as Error);
      expect(error).toBeInstanceOf(Error);
      expect(received).toHaveLength(1);
      expect(error?.message).not.toMatch(/the-token-in-the-link|the-key|secret-half/);
      expect(error?.message).not.toBe("");
    },
  );

  it("says what Mailjet did not like", async () => {
    const { transport } = await mailjet(
      answering(
        200,
        JSON.stringify({ Messages: [{ Status: "error", Errors: [{ ErrorMessage: "Bad recipient" }] }] }),
      ),
    );
    await expect(transport.deliver(message)).rejects.toThrow("Bad recipient");
  });

  it("gives up when the server hangs up, when it never answers, and when there is none", async () => {
    const hangingUp = await mailjet((req) => void req.socket.destroy());
    await expect(hangingUp.transport.deliver(message)).rejects.toThrow();
    const silent = await mailjet(() => {});
    await expect(silent.transport.deliver(message)).rejects.toThrow();
    expect(silent.received).toHaveLength(1);
    await expect(transportTo("http://127.0.0.1:1").deliver(message)).rejects.toThrow();
  });

  it("works again with the next mail after a failure", async () => {
    let calls = 0;
    const { transport } = await mailjet((req, res) => {
      calls += 1;
      answering(calls === 1 ? 500 : 200, SUCCESS)(req, res);
    });
    await expect(transport.deliver(message)).rejects.toThrow();
    await transport.deliver(message);
  });

  it("that is set to https never sends the key in clear, whatever another one was set to", async () => {
    transportTo("http://127.0.0.1:1");
    const { received, transport } = await mailjet(answering(200, SUCCESS), "https");
    await expect(transport.deliver(message)).rejects.toThrow();
    expect(received).toEqual([]);
  });
});

function never(): never {
  throw new Error("nothing was received");
}
