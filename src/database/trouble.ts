// What a database says when it is locked, full, unreadable or away: no bug of ours, and it may pass.
import type { Logger } from "pino";

const SQLITE = /^SQLITE_(BUSY|LOCKED|FULL|READONLY|IOERR|CANTOPEN|CORRUPT|NOTADB)/;
// PostgreSQL's classes and codes: connection (08), resources (53), shutting down or starting (57P), lost too many races
// (40), read-only (25006). And what the network says on the way there.
const POSTGRES = /^(08|53|57P|40)[0-9A-Z]*$|^25006$|^57014$/;
const NETWORK = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;
// pg has no codes for these.
const SAID_BY_PG =
  /^(Connection terminated|Client (has encountered a connection error|was closed)|timeout ex|Query read timeout)/;

// A standby that takes nothing yet says this of our transactions with a code that means "not supported".
const STANDBY = /^cannot use serializable mode in a hot standby/;

/** For what follows a change that is committed: it must not look as if it had failed, or be tried again. */
export async function evenIfItFails(log: Logger, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isStorageTrouble(error)) throw error;
    log.error({ err: error }, "the change is made, but not what follows from it");
  }
}

export function isStorageTrouble(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (typeof message === "string" && STANDBY.test(message)) return true;
  if (typeof code === "string") return SQLITE.test(code) || POSTGRES.test(code) || NETWORK.test(code);
  return typeof message === "string" && SAID_BY_PG.test(message);
}
