// Durable mail: a row in the transaction that causes it, written into words only at the moment it is sent. So a link's
// token is never stored, an unknown address costs what a known one costs, and a crash or a dead provider loses nothing.

import { randomInt } from "node:crypto";
import type { Kysely } from "kysely";
import type { Logger } from "pino";
import { policy } from "../../config/policy.ts";
import type { Db } from "../database/open.ts";
import type { Schema } from "../database/schema.ts";
import { inTransaction } from "../database/transaction.ts";
import { type Letterhead, type Mail, writeMessage } from "./message.ts";
import type { Transport } from "./transport.ts";
import {
  addMail,
  claimMails,
  forgetMail,
  isWaiting,
  type MailData,
  type MailOwner,
  type MailRow,
  postponeMail,
  releaseMails,
} from "./waiting-mails.ts";

/** Writes a mail from its data, with a token of its own if it needs one; null when there is nobody to send it to. */
export type Composer = (trx: Db, data: MailData) => Promise<Mail | null>;

export interface Mailer {
  /** A feature's mails, each under a name of its own. */
  compose(kind: string, composer: Composer): void;
  /** Inside the transaction of what the mail tells. */
  send(trx: Db, kind: string, data: MailData, owner?: MailOwner): Promise<void>;
  /** Called after an answer went out: delivers what is new, in the background, a moment later. */
  wake(): void;
  /** Delivers what is due and resolves when that is done. Never rejects. */
  deliverDue(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function createMailer(
  db: Kysely<Schema>,
  transport: Transport,
  letterhead: Letterhead,
  log: Logger,
): Mailer {
  const composers = new Map<string, Composer>();
  /** Ids of mails that are sent, or to nobody, and whose rows are still there. */
  const done = new Set<string>();
  let somethingNew = false;
  let stopped = false;
  let working = Promise.resolve();
  let pause: NodeJS.Timeout | undefined;
  let timer: NodeJS.Timeout | undefined;

  const mailer: Mailer = {
    compose: (kind, composer) => void composers.set(kind, composer),
    send: async (trx, kind, data, owner = {}) => {
      await addMail(trx, kind, data, owner);
      somethingNew = true;
    },
    wake: () => {
      if (!somethingNew || pause) return;
      const run = () => {
        pause = undefined;
        void mailer.deliverDue();
      };
      pause = setTimeout(run, randomInt(...policy.mail.pauseMs)).unref();
    },
    deliverDue: () => {
      working = working.then(deliverAll);
      return working;
    },
    start: async () => {
      timer = setInterval(() => void mailer.deliverDue(), policy.mail.pollSeconds * 1000).unref();
      try {
        await releaseMails(db);
      } catch (error) {
        log.error({ err: error }, "mail that was under way could not be taken up again; it waits");
      }
      void mailer.deliverDue();
    },
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      clearTimeout(pause);
      await working;
    },
  };
  return mailer;

  async function deliverAll(): Promise<void> {
    if (stopped) return;
    // What arrives while we work waits for the next run: taken at once, it would slow the request after the one that
    // caused it, and a stranger could measure there whether an address has an account.
    const until = Date.now();
    somethingNew = false;
    try {
      while (!stopped) {
        // A row that did not go away at once, for a locked or full disk, goes before its mail could be claimed again.
        for (const id of done) await forget(id);
        const mails = await claimMails(db, until);
        if (mails.length === 0) return;
        await Promise.all(mails.map(deliver));
      }
    } catch (error) {
      log.error({ err: error }, "the database did not answer the mailer; what is due waits");
    }
  }

  async function deliver(row: MailRow): Promise<void> {
    try {
      // The provider may have taken it over meanwhile, long after we gave up waiting.
      const mail = done.has(row.id) ? null : await inTransaction(db, (trx) => compose(trx, row));
      if (mail) await hand(row, mail);
      else done.add(row.id);
    } catch (error) {
      return postpone(row, error);
    }
    // Not with its neighbours, which may take until we are stopped.
    await forget(row.id).catch(() => {});
  }

  async function forget(id: string): Promise<void> {
    await forgetMail(db, id);
    done.delete(id);
  }

  async function hand(row: MailRow, mail: Mail): Promise<void> {
    const message = await writeMessage(mail, letterhead);
    // Also when the provider takes it over only after we gave up waiting.
    const delivery = transport.deliver(message).then(() => void done.add(row.id));
    await within(policy.mail.deliverWithinSeconds, delivery);
    log.info({ event: "mail-sent", kind: row.kind, mailId: row.id, attempts: row.attempts + 1 }, "mail sent");
  }

  async function compose(trx: Db, { id, kind, data }: MailRow): Promise<Mail | null> {
    if (!(await isWaiting(trx, id))) return null;
    const composer = composers.get(kind);
    if (!composer) throw new Error(`no feature writes mails of the kind "${kind}"`);
    return composer(trx, JSON.parse(data));
  }

  async function postpone(row: MailRow, error: unknown): Promise<void> {
    const retryInMinutes = await postponeMail(db, row);
    // Only the message: an HTTP client's error also holds its request, with our key and the mail's links.
    const reason = error instanceof Error ? error.message : String(error);
    const told = { kind: row.kind, mailId: row.id, attempts: row.attempts + 1, reason };
    if (retryInMinutes === null) log.error({ event: "mail-dead", ...told }, "mail given up");
    else log.warn({ event: "mail-failed", ...told, retryInMinutes }, "mail failed, will be tried again");
  }
}

/** A provider that drips its answer is never silent for long, so the clients' own timeouts let it hold up all other mail. */
async function within(seconds: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    const error = new Error(`the provider did not finish within ${seconds} seconds`);
    timer = setTimeout(() => reject(error), seconds * 1000);
  });
  await Promise.race([work, tooLate]).finally(() => clearTimeout(timer));
}
