// Lets a few hashes run at once and a few wait; more are refused, so that a login storm slows logins but never the pages.

/** Too many are waiting. Answered as 503 with Retry-After by web/errors.ts, which knows any error with these fields. */
export class HashQueueFullError extends Error {
  readonly status = 503;
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super("The password hash queue is full.");
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface HashQueueLimits {
  concurrency: number;
  length: number;
  retryAfterSeconds: number;
}

/** Returns a function that runs work in its turn, or rejects at once with HashQueueFullError. */
export function createHashQueue({ concurrency, length, retryAfterSeconds }: HashQueueLimits) {
  const waiting: (() => void)[] = [];
  let running = 0;

  return async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (running >= concurrency) {
      if (waiting.length >= length) throw new HashQueueFullError(retryAfterSeconds);
      // The one that finishes hands its place over, so `running` does not change while we wait.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
