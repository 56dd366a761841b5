// Moves the time that the app, its session store and its limits read. Nothing waits.
import { onTestFinished, vi } from "vitest";

/** Starts a clock that stands still; call it before the app is started. */
export function stopTheClock(): {
  advance(amount: { days?: number; hours?: number; minutes?: number; seconds?: number }): void;
} {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  onTestFinished(() => void vi.useRealTimers());
  return {
    advance: ({ days = 0, hours = 0, minutes = 0, seconds = 0 }) =>
      void vi.setSystemTime(Date.now() + (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000),
  };
}
