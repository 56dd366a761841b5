// What a figure is: a name, a way to measure it, and what comes out.
import type { Loader } from "./load/loader.ts";

export interface Bench {
  loader: Loader;
  /** Less time for each round: for whoever works on the program, not for results.json. */
  quick: boolean;
}

export interface Result {
  name: string;
  /** What is divided by what. */
  means: string;
  value: number;
  unit: "×" | "ms" | "MB" | "bytes";
  goal?: { atLeast: number } | { atMost: number };
  /** What the value was made of, with units in the names: one number for each round, of which the median counts. */
  parts: Record<string, number[]>;
  /** What went wrong while measuring; any makes the figure fail. */
  problems: string[];
}

export interface Figure {
  name: string;
  measure(bench: Bench): Promise<Result[]>;
}

export function isMet({ value, goal, problems }: Result): boolean {
  if (problems.length > 0 || Number.isNaN(value)) return false;
  if (!goal) return true;
  return "atLeast" in goal ? value >= goal.atLeast : value <= goal.atMost;
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}
