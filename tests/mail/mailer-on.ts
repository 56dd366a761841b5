// A mailer on a real file whose provider is a list, or whatever a test wants it to do.
import { join } from "node:path";
import type { Kysely } from "kysely";
import pino from "pino";
import { onTestFinished } from "vitest";
import type { Schema } from "../../src/database/schema.ts";
import { createMailer } from "../../src/mail/mailer.ts";
import type { Message } from "../../src/mail/message.ts";

const LETTERHEAD = {
  appName: "Auth Flow",
  baseUrl: "https://login.example.com",
  viewsFolder: join(import.meta.dirname, "../../views"),
};

/** It writes mails of the kind "hello"; stopped when the test is over. */
export function mailerOn(db: Kysely<Schema>, deliver: (message: Message) => Promise<void> = async () => {}) {
  const sent: Message[] = [];
  const logs: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line) => void logs.push(JSON.parse(line)) });
  const transport = {
    deliver: async (message: Message) => {
      await deliver(message);
      sent.push(message);
    },
  };
  const mailer = createMailer(db, transport, LETTERHEAD, log);
  onTestFinished(() => mailer.stop());
  mailer.compose("hello", async (_trx, { to }) => ({
    to: String(to),
    subject: "Hello",
    paragraphs: ["Hello."],
  }));
  const rows = () => db.selectFrom("mails").selectAll().execute();
  return { ...mailer, sent, logs, rows };
}

/** A provider that takes nothing. */
export const down = async () => {
  throw new Error("the provider is down");
};
