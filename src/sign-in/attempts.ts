// Counting guesses at a password: count first, then look, so that a hundred at once are a hundred.
import { policy } from "../../config/policy.ts";
import { canonicalEmail } from "../accounts/email-address.ts";
import type { MakeLimit } from "../web/rate-limit.ts";
import type { Source } from "../web/source.ts";

export interface Attempts {
  /**
   * Counts one guess at an account from a source, then looks. Throws the 429 when there were too many, alike for unknown
   * accounts. What `look` finds is passed on; only failures stay counted, and being too busy to look is none.
   */
  check<Found>(email: string, source: Source, look: () => Promise<Found | null>): Promise<Found | null>;
  /** Somebody is in: from this source the account is known from now on. */
  remember(email: string, source: Source): Promise<void>;
  /** The owner has shown that the mailbox is theirs, here: earlier failures no longer keep them out. */
  forgive(email: string, source: Source): Promise<void>;
}

/**
 * Three counts. Account and source: slows a guesser without touching the owner, who is elsewhere. Source alone: slows
 * one who tries many accounts. Account alone: slows one with many sources; it never stops a source from which somebody
 * has been in before, so that strangers elsewhere can't lock the owner out.
 */
export function createAttempts(makeLimit: MakeLimit, refuseWhenFull: () => void): Attempts {
  const { loginByAccountAndSource, loginBySource, loginByAccount } = policy.limits;
  const byBoth = makeLimit("login-both", loginByAccountAndSource);
  const bySource = makeLimit("login-source", loginBySource);
  const byAccount = makeLimit("login-account", loginByAccount);
  const known = makeLimit("login-known", {
    points: 1,
    windowMinutes: policy.knownSourceLifetimeDays * 24 * 60,
  });

  return {
    check: async (email, { network }, look) => {
      // In a storm of logins most are sent away: before they are counted and that is taken back, or the pages wait for it.
      refuseWhenFull();
      const account = canonicalEmail(email);
      await byBoth.count(account, network);
      await bySource.count(network);
      if (!(await known.has(account, network))) await byAccount.count(account);
      try {
        const found = await look();
        if (found === null) return null;
        await byBoth.reset(account, network);
        await byAccount.reset(account);
        await bySource.forgive(network);
        return found;
      } catch (error) {
        await byBoth.forgive(account, network);
        await byAccount.forgive(account);
        await bySource.forgive(network);
        throw error;
      }
    },
    remember: async (email, { network }) => {
      await known.mark(canonicalEmail(email), network);
    },
    forgive: async (email, { network }) => {
      await byAccount.reset(canonicalEmail(email));
      await byBoth.reset(canonicalEmail(email), network);
    },
  };
}
