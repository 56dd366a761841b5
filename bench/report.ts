// What a run found: one table for the eye, one file for comparison.
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";
import { join } from "node:path";
import { isMet, median, type Result } from "./figure.ts";
import { ROOT } from "./workplace.ts";

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

export function writeResults(results: Result[], quick: boolean): void {
  const file = join(ROOT, "bench/results.json");
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model,
    cores: availableParallelism(),
    // Much more than what the benchmark itself causes means that others were at work.
    loadInLastQuarterHour: loadavg()[2],
  };
  const figures = results.map((result) => ({ ...result, met: isMet(result) }));
  const content = { measuredAt: new Date().toISOString(), quick, machine, figures };
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
}

function goalOf({ goal, unit }: Result): string {
  if (!goal) return "";
  return "atLeast" in goal ? `≥ ${goal.atLeast} ${unit}` : `≤ ${goal.atMost} ${unit}`;
}

/** Three digits that count. */
function rounded(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
