// Limits on attempts, kept in the database so that a restart forgives nothing and a hundred at once don't slip through.
import { createHash } from "node:crypto";
import type { Database as SqliteHandle } from "better-sqlite3";
import {
  type IRateLimiterPostgresOptions,
  RateLimiterPostgres,
  RateLimiterRes,
  RateLimiterSQLite,
} from "rate-limiter-flexible";
import type { ShortLived } from "../database/open.ts";
import type { Purge } from "../database/purge.ts";
import { HttpError } from "./errors.ts";

const TABLE = "rate_limits";

type LimiterOptions = Omit<IRateLimiterPostgresOptions, "storeClient">;

export interface LimitRule {
  points: number;
  windowMinutes: number;
}

/** One rule, counted for each key on its own; a key may be made of several parts. */
export interface Limit {
  /** Counts one; throws the 429 when that was one too many. Count before you look, or parallel guesses slip through. */
  count(...key: string[]): Promise<void>;
  /** Takes one count back: the attempt was not a failure. */
  forgive(...key: string[]): Promise<void>;
  /** Starts anew. */
  reset(...key: string[]): Promise<void>;
  /** Starts anew with one that was counted just now. */
  mark(...key: string[]): Promise<void>;
  has(...key: string[]): Promise<boolean>;
}

/** `name` keeps the counts of two rules apart; `scale` multiplies the points. */
export type MakeLimit = (name: string, rule: LimitRule) => Limit;

export function createLimits(store: ShortLived, scale: number): MakeLimit {
  if (store.engine === "sqlite") createTable(store.handle);

  return (name, { points, windowMinutes }) => {
    const windowSeconds = windowMinutes * 60;
    const limiter = limiterOn(store, {
      tableName: TABLE,
      tableCreated: true,
      // purgeLimits does that.
      clearExpiredByTimeout: false,
      keyPrefix: name,
      points: Math.max(1, Math.round(points * scale)),
      duration: windowSeconds,
    });
    return {
      count: async (...key) => {
        try {
          await limiter.consume(digest(key));
        } catch (refusal) {
          if (!(refusal instanceof RateLimiterRes)) throw refusal;
          // Counted by a clock that has been set back since: it shall keep nobody out for longer than any other count.
          if (refusal.msBeforeNext > windowSeconds * 1000)
            await limiter.set(digest(key), refusal.consumedPoints, windowSeconds);
          throw tooMany(Math.min(refusal.msBeforeNext, windowSeconds * 1000));
        }
      },
      forgive: async (...key) => {
        const counted = await limiter.get(digest(key));
        if (counted && counted.consumedPoints > 0) await limiter.reward(digest(key));
      },
      mark: async (...key) => void (await limiter.set(digest(key), 1, windowSeconds)),
      reset: async (...key) => void (await limiter.delete(digest(key))),
      has: async (...key) => (await limiter.get(digest(key))) !== null,
    };
  };
}

/** In PostgreSQL a migration has made it. */
function createTable(handle: SqliteHandle): void {
  handle.exec(
    `CREATE TABLE IF NOT EXISTS ${TABLE} (key TEXT PRIMARY KEY, points INTEGER NOT NULL DEFAULT 0, expire INTEGER)`,
  );
  handle.exec(`CREATE INDEX IF NOT EXISTS ${TABLE}_expiry ON ${TABLE} (expire)`);
}

function limiterOn(store: ShortLived, options: LimiterOptions) {
  if (store.engine === "sqlite")
    return new RateLimiterSQLite({ ...options, storeClient: store.handle, storeType: "better-sqlite3" });
  // The library names its statements, and behind PgBouncer the name would be known to another connection.
  const query = ({ text, values }: { text: string; values: unknown[] }) => store.pool.query(text, values);
  return new RateLimiterPostgres({ ...options, storeClient: { query }, storeType: "client" });
}

export function purgeLimits(store: ShortLived): Purge {
  return async (_db, limit) => {
    const now = Date.now();
    if (store.engine === "sqlite") {
      const past = `SELECT key FROM ${TABLE} WHERE expire <= ? LIMIT ?`;
      const { changes } = store.handle.prepare(`DELETE FROM ${TABLE} WHERE key IN (${past})`).run(now, limit);
      return { numDeletedRows: BigInt(changes) };
    }
    const past = `SELECT key FROM ${TABLE} WHERE expire <= $1 LIMIT $2`;
    const answer = await store.pool.query(`DELETE FROM ${TABLE} WHERE key IN (${past})`, [now, limit]);
    return { numDeletedRows: BigInt(answer.rowCount ?? 0) };
  };
}

/** Addresses typed by strangers are not kept in clear, and a key never grows. */
function digest(parts: string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
}

function tooMany(waitMs: number): HttpError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const minutes = Math.ceil(seconds / 60);
  return new HttpError(429, {
    message: `Wait ${minutes === 1 ? "a minute" : `${minutes} minutes`} before you try again.`,
    retryAfterSeconds: seconds,
    links: [{ label: "Reset your password", href: "/forgot-password" }],
  });
}
