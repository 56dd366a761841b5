// An SMTP server of our own on loopback, and what a mail program reads in a mail that arrived there.
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { onTestFinished } from "vitest";

export interface Delivered {
  from: string;
  to: string[];
  source: string;
}

/** Offers no encryption and asks for no password, unless `options` say otherwise; closed when the test is over. */
export async function smtpServer({
  onDelivered,
  ...options
}: SMTPServerOptions & { onDelivered?: (mail: Delivered) => void } = {}) {
  const delivered: Delivered[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData: (stream, { envelope }, done) => {
      let source = "";
      stream.on("data", (piece) => {
        source += piece;
      });
      stream.on("end", () => {
        const from = envelope.mailFrom ? envelope.mailFrom.address : "";
        const mail = { from, to: envelope.rcptTo.map(({ address }) => address), source };
        delivered.push(mail);
        done();
        onDelivered?.(mail);
      });
    },
    ...options,
  });
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { delivered, port: (server.server.address() as AddressInfo).port };
}

/** What a mail program reads in one part of a mail. */
export function part(source: string, type: string): string {
  const [head = "", ...rest] = (source.split(`Content-Type: ${type}`)[1] ?? "").split("\r\n\r\n");
  const body = rest.join("\r\n\r\n").split("\r\n--")[0] ?? "";
  const encoding = /Content-Transfer-Encoding: ([\w-]+)/i.exec(head)?.[1]?.toLowerCase();
  if (encoding === "base64") return Buffer.from(body, "base64").toString();
  return encoding === "quoted-printable" ? unquoted(body) : body;
}

function unquoted(text: string): string {
  const bytes = text
    .replace(/=\r\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString();
}

/** A header in the words of RFC 2047, as a person reads it. */
export function header(source: string, name: string): string {
  const raw = new RegExp(`^${name}: ((?:.*\r\n[ \t])*.*)$`, "m").exec(source)?.[1] ?? "";
  return raw
    .replace(/\?=\s+=\?/g, "?==?")
    .replace(/=\?UTF-8\?([QB])\?([^?]*)\?=/gi, (_, kind, text) =>
      kind.toUpperCase() === "B"
        ? Buffer.from(text, "base64").toString()
        : unquoted(text.replaceAll("_", " ")),
    );
}
