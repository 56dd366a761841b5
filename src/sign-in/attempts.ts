// Counting guesses at a password: count first, then look, so that a hundred at once are a hundred.
import { policy } from "../../config/policy.ts";
import { canonicalEmail } from "../accounts/email-address.ts";
import type { MakeLimit } from "../web/rate-limit.ts";
import type { Source } from "../web/source.ts";

export interface Attempt {
  /** The password was right: only failures count. */
  succeeded(): Promise<void>;
}

export interface Attempts {
  /** One guess at an account from a source. Throws the 429 when there were too many, alike for unknown accounts. */
  count(email: string, source: Source): Promise<Attempt>;
  /** The owner proved that the mailbox is theirs: failures from everywhere no longer keep them out. */
  forgive(email: string): Promise<void>;
}

/**
 * Three counts. Account and source: slows a guesser without touching the owner, who is elsewhere. Source alone: slows
 * one who tries many accounts. Account alone: slows one with many sources; it never stops a source that this account
 * has logged in from before, so that strangers can't lock the owner out.
 */
export function createAttempts(makeLimit: MakeLimit): Attempts {
  const { loginByAccountAndSource, loginBySource, loginByAccount } = policy.limits;
  const byBoth = makeLimit("login-both", loginByAccountAndSource);
  const bySource = makeLimit("login-source", loginBySource);
  const byAccount = makeLimit("login-account", loginByAccount);
  const known = makeLimit("login-known", {
    points: 1,
    windowMinutes: policy.knownSourceLifetimeDays * 24 * 60,
  });

  return {
    count: async (email, { network }) => {
      const account = canonicalEmail(email);
      await bySource.count(network);
      await byBoth.count(account, network);
      const isKnown = await known.has(account, network);
      if (!isKnown) await byAccount.count(account);
      return {
        succeeded: async () => {
          await bySource.forgive(network);
          await byBoth.reset(account, network);
          await byAccount.reset(account);
          await known.reset(account, network);
          await known.count(account, network);
        },
      };
    },
    forgive: async (email) => byAccount.reset(canonicalEmail(email)),
  };
}
