// What a run found: one table for the eye, one file for comparison.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";
import { join } from "node:path";
import { isMet, median, type Result } from "./figure.ts";
import { ROOT } from "./workplace.ts";

const FILE = join(ROOT, "bench/results.json");

export function printTable(results: Result[]): void {
  const rows = results.map((result) => [
    result.name,
    `${rounded(result.value)} ${result.unit}`,
    goalOf(result),
    isMet(result) ? "" : "MISSED",
    result.means,
    Object.entries(result.parts)
      .map(([part, rounds]) => `${part} ${rounded(median(rounds))}`)
      .join(", "),
  ]);
  const head = ["figure", "value", "goal", "", "what", "made of"];
  const widths = head.map((title, column) =>
    Math.max(...[...rows, head].map((row) => (row[column] ?? title).length)),
  );
  for (const row of [head, ...rows])
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
  for (const { name, problems } of results)
    for (const problem of problems) console.log(`! ${name}: ${problem}`);
}

/** Replaces what was measured anew; the other figures stay as they were. */
export function writeResults(results: Result[]): void {
  const measuredAt = new Date().toISOString();
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model,
    cores: availableParallelism(),
    // Much more than what the benchmark itself causes means that others were at work.
    loadInLastQuarterHour: loadavg()[2],
  };
  const measured = results.map((result) => ({ ...result, met: isMet(result), measuredAt, machine }));
  const before: Result[] = existsSync(FILE) ? JSON.parse(readFileSync(FILE, "utf8")) : [];
  const kept = before.filter(({ name }) => !measured.some((result) => result.name === name));
  writeFileSync(FILE, `${JSON.stringify([...kept, ...measured], null, 2)}\n`);
}

function goalOf({ goal, unit }: Result): string {
  if (!goal) return "";
  return "atLeast" in goal ? `≥ ${goal.atLeast} ${unit}` : `≤ ${goal.atMost} ${unit}`;
}

/** Three digits that count. */
function rounded(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
