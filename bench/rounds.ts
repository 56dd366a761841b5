// Two sides measured in turn, A B A B A B: whatever else the machine is doing slows both, and their ratio stays.
import { median } from "./figure.ts";

/** The medians of three rounds each. */
export async function alternate(
  measureA: () => Promise<number>,
  measureB: () => Promise<number>,
): Promise<{ a: number; b: number }> {
  const rounds: { a: number[]; b: number[] } = { a: [], b: [] };
  for (let round = 0; round < 3; round += 1) {
    rounds.a.push(await measureA());
    rounds.b.push(await measureB());
  }
  return { a: median(rounds.a), b: median(rounds.b) };
}
