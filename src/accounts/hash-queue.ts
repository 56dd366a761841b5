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
  /** While more than half of the queue is taken it is one fewer, but always one: the pages need a core, too. */
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

  function hasRoom(): boolean {
    return running < (waiting.length > length / 2 ? Math.max(1, concurrency - 1) : concurrency);
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
    // While somebody waits there is no room: startNext has seen to that.
    if (hasRoom()) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      running -= 1;
      startNext();
    }
  }

  return { inTurn, refuseWhenFull };
}
