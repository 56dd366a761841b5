// PostgreSQL is given up on after fractions of a second, for tests of what happens then.
import { onTestFinished } from "vitest";
import { policy } from "../../config/policy.ts";

/** For connections that are opened from now on, until the test is over. */
export function shortenWaits(): void {
  const usual = { ...policy.database };
  onTestFinished(() => void Object.assign(policy.database, usual));
  Object.assign(policy.database, { queryWithinSeconds: 0.3, answerWithinSeconds: 0.6 });
}
