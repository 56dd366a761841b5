// Chance that can be had again: FAULTS_SEED=… repeats the numbers of a run that failed.
import { onTestFailed } from "vitest";

/** Whole numbers from 0 up to, not including, the one that is asked for; the seed is printed when the test fails. */
export function chance(): (below: number) => number {
  const seed = Number(process.env.FAULTS_SEED ?? Date.now() % 2 ** 31);
  onTestFailed(() => console.error(`FAULTS_SEED=${seed} repeats this run's random moments.`));
  let state = seed;
  return (below) => {
    // A linear congruential generator (Numerical Recipes); its high bits are random enough for moments.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
