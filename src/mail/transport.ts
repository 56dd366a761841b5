// One interface for whatever carries a mail away, and the choice between the three we have.
import type { Kysely } from "kysely";
import type { Settings } from "../../config/env.ts";
import { policy } from "../../config/policy.ts";
import type { Schema } from "../database/schema.ts";
import { mailjetTransport } from "./mailjet.ts";
import type { Message } from "./message.ts";
import { outboxTransport } from "./outbox.ts";
import { smtpTransport } from "./smtp.ts";

export interface Transport {
  /** Resolves when the provider has taken the mail over; rejects when it has not, and then it is tried again. */
  deliver(message: Message): Promise<void>;
}

export type MailSettings = Settings["mail"];

export function createTransport(settings: Settings, db: Kysely<Schema>): Transport {
  const { mail, mode } = settings;
  const timeoutMs = policy.mail.sendTimeoutSeconds * 1000;
  if (mail.transport === "mailjet") return mailjetTransport(mail, timeoutMs);
  if (mail.transport === "smtp") return smtpTransport(mail, { requireTls: mode === "production", timeoutMs });
  return outboxTransport(db);
}
