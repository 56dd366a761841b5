// Password hashes: argon2id behind a bounded queue. A missing account costs exactly what an existing one costs.
import { randomBytes } from "node:crypto";
import argon2 from "@node-rs/argon2";
import { policy } from "../../config/policy.ts";
import { createHashQueue } from "./hash-queue.ts";
import { type PasswordRules, type PersonalWords, passwordRefusal } from "./password-rules.ts";

export interface HashCost {
  memoryKib: number;
  passes: number;
  /** Hashes under way at once, at most; libuv's pool has four threads and files and DNS need one. */
  concurrency: number;
}

export interface Passwords {
  /** Throws HashQueueFullError when a password could not be checked now. */
  refuseWhenFull(): void;
  /** Why a new password is refused, or null. */
  refusal(password: string, personal: PersonalWords): string | null;
  hash(password: string): Promise<string>;
  /** False for a wrong password and, at the same cost, where there is no hash. */
  matches(passwordHash: string | null, password: string): Promise<boolean>;
  /** True when the hash was made at another cost than today's. */
  needsRehash(passwordHash: string): boolean;
}

/** hash and matches reject with HashQueueFullError when too many are waiting. */
export async function createPasswords(cost: HashCost, rules: PasswordRules): Promise<Passwords> {
  const options = { memoryCost: cost.memoryKib, timeCost: cost.passes, parallelism: 1 };
  const { inTurn, refuseWhenFull } = createHashQueue({
    concurrency: cost.concurrency,
    length: policy.hashQueueLength,
    retryAfterSeconds: policy.hashQueueRetrySeconds,
  });
  const nobodysHash = await argon2.hash(randomBytes(32), options);

  return {
    refuseWhenFull,
    refusal: (password, personal) => passwordRefusal(password, personal, rules),
    hash: (password) => inTurn(() => argon2.hash(normalized(password), options)),
    matches: async (passwordHash, password) => {
      const usable = isArgon2Hash(passwordHash) && couldBeAPassword(password);
      const isMatch = (hash: string) => argon2.verify(hash, normalized(password));
      return inTurn(async () => {
        try {
          return (await isMatch(usable ? passwordHash : nobodysHash)) && usable;
        } catch (error) {
          if (!isDecodingError(error)) throw error;
          await isMatch(nobodysHash);
          return false;
        }
      });
    },
    needsRehash: (passwordHash) => {
      const { memoryCost, timeCost } = argon2.parseOptions(passwordHash);
      return memoryCost !== options.memoryCost || timeCost !== options.timeCost;
    },
  };
}

/** NFC, so that é typed on a phone is the é typed on a laptop (NIST SP 800-63B-4 §3.1.1.2); nothing else is changed. */
function normalized(password: string): string {
  return couldBeAPassword(password) ? password.normalize("NFC") : "";
}

/** What passwordRefusal would never have let in is not hashed: an endless one would cost more than a real one. */
function couldBeAPassword(password: string): boolean {
  return (
    password.length <= 2 * policy.passwordMaxLength && password.isWellFormed() && !password.includes("\0")
  );
}

/** What looks like a hash may still be damaged. */
function isDecodingError(error: unknown): boolean {
  return (error as { code?: unknown }).code === "InvalidArg";
}

/** A damaged or foreign hash in the table is a failed login, not a crash. */
function isArgon2Hash(text: string | null): text is string {
  return (
    text !== null &&
    /^\$argon2id\$v=19\$m=(?:[89]|[1-9]\d{1,6}),t=[1-9]\d{0,2},p=1\$[\w+/]{11,}\$[\w+/]{22,}$/.test(text)
  );
}
