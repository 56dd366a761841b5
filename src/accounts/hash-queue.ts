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
  /** While it says so one hash fewer runs, but always one: the thread that answers needs a core of its own. */
  isBusy?: () => boolean;
}

export interface HashQueue {
  /** Runs work in its turn, or rejects at once with HashQueueFullError. */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Throws HashQueueFullError where inTurn would: for who wants to know before doing anything else. */
  refuseWhenFull(): void;
}

export function createHashQueue({
  concurrency,
  length,
  retryAfterSeconds,
  isBusy = () => false,
}: HashQueueLimits): HashQueue {
  const waiting: (() => void)[] = [];
  let running = 0;

  function hasRoom(): boolean {
    return running < (isBusy() ? Math.max(1, concurrency - 1) : concurrency);
  }

  function startNext(): void {
    while (waiting.length > 0 && hasRoom()) {
      running += 1;
      waiting.shift()?.();
    }
  }

  function refuseWhenFull(): void {
    if (waiting.length >= length && !hasRoom()) throw new HashQueueFullError(retryAfterSeconds);
  }

  async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    refuseWhenFull();
    if (waiting.length === 0 && hasRoom()) running += 1;
    else
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        // There may be room again, though nothing has ended: the program is no longer busy.
        startNext();
      });
    try {
      return await work();
    } finally {
      running -= 1;
      startNext();
    }
  }

  return { inTurn, refuseWhenFull };
}
