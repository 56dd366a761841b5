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

export interface HashQueue {
  /** Runs work in its turn, or rejects at once with HashQueueFullError. */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Throws HashQueueFullError where inTurn would: for who wants to know before doing anything else. */
  refuseWhenFull(): void;
}

export function createHashQueue({ concurrency, length, retryAfterSeconds }: HashQueueLimits): HashQueue {
  const waiting: (() => void)[] = [];
  let running = 0;

  function refuseWhenFull(): void {
    if (running >= concurrency && waiting.length >= length) throw new HashQueueFullError(retryAfterSeconds);
  }

  async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    refuseWhenFull();
    if (running >= concurrency) {
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
  }

  return { inTurn, refuseWhenFull };
}
