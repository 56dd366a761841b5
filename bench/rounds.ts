// Two sides measured in turn, A B A B A B: whatever else the machine is doing slows both, and their ratio stays.
import { median } from "./figure.ts";

const ROUNDS = 3;

export interface Rounds {
  a: number[];
  b: number[];
  /** The median of A ÷ B of each round: what slows one round slows both of its sides, and no other round. */
  ratio: number;
}

export async function alternate(
  measureA: () => Promise<number>,
  measureB: () => Promise<number>,
): Promise<Rounds> {
  const a: number[] = [];
  const b: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    a.push(await measureA());
    b.push(await measureB());
  }
  return { a, b, ratio: median(a.map((value, round) => value / (b[round] ?? Number.NaN))) };
}
