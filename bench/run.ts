// npm run bench: measures the program against its goals. `npm run bench -- pages logins` runs some figures, `--quick` faster.

import type { Figure, Result } from "./figure.ts";
import { figures } from "./figures.ts";
import { startLoader } from "./load/loader.ts";
import { printTable, writeResults } from "./report.ts";

const words = process.argv.slice(2);
const quick = words.includes("--quick");
const names = words.filter((word) => word !== "--quick");
const chosen = figures.filter(
  ({ name }) => names.length === 0 || names.some((wanted) => belongs(name, wanted)),
);
if (chosen.length === 0) {
  console.error(`There is no such figure. Choose from: ${figures.map(({ name }) => name).join(", ")}`);
  process.exit(1);
}

const loader = startLoader();
const results: Result[] = [];
for (const figure of chosen) {
  console.error(`${figure.name} …`);
  results.push(...(await measured(figure)));
}
printTable(results);
if (!quick) writeResults(results);
process.exit();

/** One that can't be measured must not hide the others. */
async function measured({ name, measure }: Figure): Promise<Result[]> {
  try {
    return await measure({ loader, quick });
  } catch (error) {
    const problems = [`could not be measured: ${(error as Error).message}`];
    return [{ name, means: "", value: Number.NaN, unit: "×", parts: {}, problems }];
  }
}

/** `pages` means pages-bare, pages-stock, … */
function belongs(name: string, wanted: string): boolean {
  return name === wanted || name.startsWith(`${wanted}-`);
}
