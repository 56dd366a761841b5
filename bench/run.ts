// npm run bench: measures the program against its goals. `npm run bench -- pages logins` runs some figures, `--quick` faster.

import type { Result } from "./figure.ts";
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
for (const { name, measure } of chosen) {
  console.error(`${name} …`);
  results.push(...(await measure({ loader, quick })));
}
printTable(results);
writeResults(results, quick);
process.exit();

/** `pages` means pages-bare, pages-stock, … */
function belongs(name: string, wanted: string): boolean {
  return name === wanted || name.startsWith(`${wanted}-`);
}
