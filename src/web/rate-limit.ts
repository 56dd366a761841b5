// Limits on attempts, kept in the database so that a restart forgives nothing and a hundred at once don't slip through.
import { createHash } from "node:crypto";
import type { Database as SqliteHandle } from "better-sqlite3";
import { RateLimiterRes, RateLimiterSQLite } from "rate-limiter-flexible";
import { HttpError } from "./errors.ts";

const TABLE = "rate_limits";

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
  has(...key: string[]): Promise<boolean>;
}

/** `name` keeps the counts of two rules apart; `scale` multiplies the points. */
export type MakeLimit = (name: string, rule: LimitRule) => Limit;

export function createLimits(store: SqliteHandle, scale: number): MakeLimit {
  store.exec(
    `CREATE TABLE IF NOT EXISTS ${TABLE} (key TEXT PRIMARY KEY, points INTEGER NOT NULL DEFAULT 0, expire INTEGER)`,
  );
  store.exec(`CREATE INDEX IF NOT EXISTS ${TABLE}_expiry ON ${TABLE} (expire)`);

  return (name, { points, windowMinutes }) => {
    const limiter = new RateLimiterSQLite({
      storeClient: store,
      storeType: "better-sqlite3",
      tableName: TABLE,
      tableCreated: true,
      keyPrefix: name,
      points: Math.max(1, Math.round(points * scale)),
      duration: windowMinutes * 60,
    });
    return {
      count: async (...key) => {
        try {
          await limiter.consume(digest(key));
        } catch (refusal) {
          if (refusal instanceof RateLimiterRes) throw tooMany(refusal.msBeforeNext);
          throw refusal;
        }
      },
      forgive: async (...key) => {
        const counted = await limiter.get(digest(key));
        if (counted && counted.consumedPoints > 0) await limiter.reward(digest(key));
      },
      reset: async (...key) => void (await limiter.delete(digest(key))),
      has: async (...key) => (await limiter.get(digest(key))) !== null,
    };
  };
}

export function purgeLimits(store: SqliteHandle): void {
  store.prepare(`DELETE FROM ${TABLE} WHERE expire <= ?`).run(Date.now());
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
