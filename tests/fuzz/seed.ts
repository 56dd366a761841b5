// One seed for everything random in this folder: what failed once fails again.

/** Fixed, so that the same code gives the same result. To go hunting: FUZZ_SEED=$RANDOM npx vitest run tests/fuzz */
export const SEED = Number(process.env.FUZZ_SEED ?? 20_261_123);

/** For fc.assert, which prints the seed and the smallest value that breaks the promise. */
export const tries = (numRuns: number) => ({ seed: SEED, numRuns });
