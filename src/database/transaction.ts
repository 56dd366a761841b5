// Transactions that mean the same on both databases: each runs as if no other ran beside it.
import { randomInt } from "node:crypto";
import { setTimeout as waitMs } from "node:timers/promises";
import { type Kysely, sql, type Transaction } from "kysely";
import { isPostgres } from "./engine.ts";
import type { Db } from "./open.ts";
import type { Schema } from "./schema.ts";

// PostgreSQL: serialization failure, deadlock, or another transaction was quicker to write a unique value or to delete the
// row ours refers to. SQLite: another process wrote after we had begun to read. What was read no longer holds, so the
// whole work is done again.
const LOST_A_RACE = /^(40001|40P01|23503|23505|SQLITE_BUSY_SNAPSHOT)$/;
const ATTEMPTS = 20;
const PAUSE_MS = 10;

const afterCommits = new WeakMap<Db, (() => void)[]>();

/**
 * SQLite has one writer at a time; PostgreSQL is asked to behave as if it had. So a check and the write that rests on it
 * belong together here, and need no locks. `work` may run more than once: it may do nothing but query.
 */
export async function inTransaction<Result>(db: Kysely<Schema>, work: Work<Result>): Promise<Result> {
  return untilWon((deeds) => transact(db, deeds, work));
}

/**
 * For what a power cut may forget: it survives a crash of the program, but does not wait for the disk. A login is such a
 * thing (its owner logs in again), and with SQLite every page would wait too, because the wait is on our one thread.
 */
export async function inQuickTransaction<Result>(db: Kysely<Schema>, work: Work<Result>): Promise<Result> {
  if (isPostgres(db))
    return inTransaction(db, async (trx) => {
      await sql`set local synchronous_commit = off`.execute(trx);
      return work(trx);
    });
  return untilWon((deeds) => withoutTheDisk(db, (connection) => transact(connection, deeds, work)));
}

/** For a single such query. PostgreSQL waits for the disk all the same, but not on our thread. */
export async function withoutTheDisk<Result>(
  db: Kysely<Schema>,
  work: (connection: Kysely<Schema>) => Promise<Result>,
): Promise<Result> {
  if (isPostgres(db)) return work(db);
  return db.connection().execute(async (connection) => {
    await sql`pragma synchronous = normal`.execute(connection);
    try {
      return await work(connection);
    } finally {
      await sql`pragma synchronous = full`.execute(connection);
    }
  });
}

type Work<Result> = (trx: Transaction<Schema>) => Promise<Result>;

function transact<Result>(db: Kysely<Schema>, deeds: (() => void)[], work: Work<Result>): Promise<Result> {
  const transaction = db.transaction().setIsolationLevel("serializable");
  return transaction.execute((trx) => {
    afterCommits.set(trx, deeds);
    return work(trx);
  });
}

async function untilWon<Result>(attemptOnce: (deeds: (() => void)[]) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    const deeds: (() => void)[] = [];
    try {
      const result = await attemptOnce(deeds);
      for (const deed of deeds) deed();
      return result;
    } catch (error) {
      if (attempt === ATTEMPTS || !LOST_A_RACE.test(String((error as { code?: unknown }).code))) throw error;
      await waitMs(randomInt(attempt * PAUSE_MS));
    }
  }
}

/** For what can't be taken back, such as a log line: done when `trx` is committed, at once outside a transaction. */
export function afterCommit(trx: Db, deed: () => void): void {
  const deeds = afterCommits.get(trx);
  if (deeds) deeds.push(deed);
  else deed();
}
