// Durable mail: a row in the transaction that causes it, written into words only at the moment it is sent. So a link's
// token is never stored, an unknown address costs what a known one costs, and a crash or a dead provider loses nothing.
import { randomInt, randomUUID } from "node:crypto";
import type { Kysely, Selectable } from "kysely";
import type { Logger } from "pino";
import { policy } from "../../config/policy.ts";
import type { Db } from "../database/open.ts";
import type { MailsTable, Schema } from "../database/schema.ts";
import { type Letterhead, type Mail, writeMessage } from "./message.ts";
import type { Transport } from "./transport.ts";

/** Plain JSON, kept in the table until the mail is sent; no secrets. */
export type MailData = Record<string, string | number | null>;

/** Whose mail it is: an account's, or a canonical address's that may or may not have one. */
export interface MailOwner {
  userId?: string | null;
  address?: string | null;
}

/** Writes a mail from its data, with a token of its own if it needs one; null when there is nobody to send it to. */
export type Composer = (trx: Db, data: MailData) => Promise<Mail | null>;

export interface Mailer {
  /** A feature's mails, each under a name of its own. */
  compose(kind: string, composer: Composer): void;
  /** Inside the transaction of what the mail tells. */
  send(trx: Db, kind: string, data: MailData, owner?: MailOwner): Promise<void>;
  /** Mails that wait for an address go with the account that had it; those with its user id go by themselves. */
  drop(trx: Db, address: string): Promise<void>;
  /** Called after an answer went out: delivers what is new, in the background, a moment later. */
  wake(): void;
  /** Delivers what is due and resolves when that is done. Never rejects. */
  deliverDue(): Promise<void>;
  /** Mails that wait, and mails that were given up. */
  backlog(): Promise<{ waiting: number; dead: number }>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

type MailRow = Selectable<MailsTable>;

export function createMailer(
  db: Kysely<Schema>,
  transport: Transport,
  letterhead: Letterhead,
  log: Logger,
): Mailer {
  const composers = new Map<string, Composer>();
  let somethingNew = false;
  let stopped = false;
  let working = Promise.resolve();
  let pause: NodeJS.Timeout | undefined;
  let timer: NodeJS.Timeout | undefined;

  const mailer: Mailer = {
    compose: (kind, composer) => void composers.set(kind, composer),
    send: async (trx, kind, data, { userId = null, address = null } = {}) => {
      const now = Date.now();
      const owned = { user_id: userId, address };
      const times = { attempts: 0, next_attempt_at: now, claimed_until: 0, dead: 0, created_at: now };
      await trx
        .insertInto("mails")
        .values({ id: randomUUID(), kind, data: JSON.stringify(data), ...owned, ...times })
        .execute();
      somethingNew = true;
    },
    drop: async (trx, address) =>
      void (await trx.deleteFrom("mails").where("address", "=", address).execute()),
    wake: () => {
      if (!somethingNew || pause) return;
      pause = setTimeout(
        () => {
          pause = undefined;
          void mailer.deliverDue();
        },
        randomInt(...policy.mail.pauseMs),
      ).unref();
    },
    deliverDue: () => {
      working = working.then(deliverAll);
      return working;
    },
    backlog: async () => {
      const rows = await db
        .selectFrom("mails")
        .select(["dead", db.fn.countAll<number>().as("count")])
        .groupBy("dead")
        .execute();
      const count = (dead: number) => Number(rows.find((row) => row.dead === dead)?.count ?? 0);
      return { waiting: count(0), dead: count(1) };
    },
    start: async () => {
      timer = setInterval(() => void mailer.deliverDue(), policy.mail.pollSeconds * 1000).unref();
      try {
        // With SQLite we are the only process, so whoever claimed a mail before us has died.
        await db.updateTable("mails").set({ claimed_until: 0 }).execute();
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
    // What arrives while we work waits for the next run: taken at once, it would slow the request after the one that
    // caused it, and a stranger could measure there whether an address has an account.
    if (stopped) return;
    const until = Date.now();
    somethingNew = false;
    try {
      for (let mails = await claim(until); mails.length > 0; mails = stopped ? [] : await claim(until))
        await Promise.all(mails.map(deliver));
    } catch (error) {
      log.error({ err: error }, "mail could not be read from the database; it waits");
    }
  }

  /** Takes a few mails that are due, oldest first, so that no other worker sends them too. */
  async function claim(until: number): Promise<MailRow[]> {
    const due = db
      .selectFrom("mails")
      .select("id")
      .where("dead", "=", 0)
      .where("next_attempt_at", "<=", until)
      .where("claimed_until", "<=", until)
      .orderBy("created_at")
      .limit(policy.mail.sendsAtOnce);
    const claimed_until = Date.now() + policy.mail.claimSeconds * 1000;
    return db.updateTable("mails").set({ claimed_until }).where("id", "in", due).returningAll().execute();
  }

  async function deliver(row: MailRow): Promise<void> {
    try {
      const mail = await db.transaction().execute((trx) => compose(trx, row));
      if (mail) {
        await transport.deliver(await writeMessage(mail, letterhead));
        log.info(
          { event: "mail-sent", kind: row.kind, mailId: row.id, attempts: row.attempts + 1 },
          "mail sent",
        );
      }
      await db.deleteFrom("mails").where("id", "=", row.id).execute();
    } catch (error) {
      await postpone(row, error);
    }
  }

  async function compose(trx: Db, { kind, data }: MailRow): Promise<Mail | null> {
    const composer = composers.get(kind);
    if (!composer) throw new Error(`no feature writes mails of the kind "${kind}"`);
    return composer(trx, JSON.parse(data));
  }

  async function postpone({ id, kind, attempts }: MailRow, error: unknown): Promise<void> {
    const delayMinutes = policy.mail.retryDelaysMinutes[attempts];
    const dead = delayMinutes === undefined ? 1 : 0;
    // Only the message: an HTTP client's error also holds its request, with our key and the mail's links.
    const reason = error instanceof Error ? error.message : String(error);
    const told = {
      event: dead ? "mail-dead" : "mail-failed",
      kind,
      mailId: id,
      attempts: attempts + 1,
      reason,
    };
    if (dead) log.error(told, "mail given up");
    else log.warn({ ...told, retryInMinutes: delayMinutes }, "mail failed, will be tried again");
    const change = {
      attempts: attempts + 1,
      dead,
      claimed_until: 0,
      next_attempt_at: Date.now() + (delayMinutes ?? 0) * 60_000,
    };
    await db.updateTable("mails").set(change).where("id", "=", id).execute();
  }
}
