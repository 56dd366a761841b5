// Moments that were written down, read by a clock that may have been set back since.
import { policy } from "../../config/policy.ts";

/** What was written later than this (milliseconds, like `now`) was written by a clock that went wrong. */
export function latestMoment(now: number): number {
  return now + policy.clockToleranceMinutes * 60_000;
}
