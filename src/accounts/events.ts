// What happened to an account, told once: a JSON log line, and to every feature that listens (a log page, a notice by mail).
import type { Logger } from "pino";
import type { Db } from "../database/open.ts";
import { afterCommit } from "../database/transaction.ts";

export interface SecurityEvent {
  /** For example "login", "password-changed". */
  event: string;
  outcome: "success" | "failure";
  /** null where no account is known, such as a failed login. */
  userId: string | null;
  source: { ip: string; userAgent: string; requestId: string };
  /** For listeners only, never logged: the addresses of a change, for instance. */
  detail?: Record<string, string>;
}

type Listener = (trx: Db, event: SecurityEvent) => Promise<void>;

export interface Events {
  /** Call it inside the transaction that makes the change: what listeners write stands or falls with it. */
  record(trx: Db, event: SecurityEvent): Promise<void>;
  subscribe(listener: Listener): void;
}

export function createEvents(log: Logger): Events {
  const listeners: Listener[] = [];
  return {
    record: async (trx, happened) => {
      for (const listener of listeners) await listener(trx, happened);
      const { event, outcome, userId, source } = happened;
      const line = { event, outcome, userId, ip: source.ip, requestId: source.requestId };
      afterCommit(trx, () => log.info(line, "security event"));
    },
    subscribe: (listener) => void listeners.push(listener),
  };
}
