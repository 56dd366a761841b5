// Taking out an optional feature is its folder, its views, its line and its tests: done here to copies of the checkout.
// REMOVAL=full takes out one in each copy and runs all tests that are left, which takes minutes. Without it there are two
// copies, each without every second feature, and the tests run that every page depends on. (That two features of one half
// lean on each other only the full run sees.)
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { complaintOf, copyWithout, optionalFeatures } from "./checkout.ts";

const FULL = process.env.REMOVAL === "full";
/** One process for all copies: it loads packages once, not once for each copy. */
const VITEST = ["vitest/vitest.mjs", "run", "--reporter=dot", "--testTimeout=60000", "--hookTimeout=60000"];
const ALL_THAT_IS_LEFT = [
  "--maxWorkers=2",
  ...["browser", "server", "removal"].map((folder) => `--exclude=**/tests/${folder}/**`),
];
/** The rules of the house, a person's day, and of the visitors in the access matrix those turned away most and least. */
const THE_CORE = [
  ...["--maxWorkers=1", "--no-isolate", "/tests/rules/", "/tests/journeys/"],
  "--testNamePattern=^(?!as the table says (unverified|half|member):)",
];
const PROCESSES_AT_ONCE = 2;

vi.setConfig({ maxConcurrency: PROCESSES_AT_ONCE, testTimeout: (FULL ? 60 : 5) * 60_000 });

describe("without optional features", () => {
  const optional = optionalFeatures();
  const half = (remainder: number) => optional.filter((_, index) => index % 2 === remainder);
  const missing = FULL ? optional.map((feature) => [feature]) : [half(0), half(1)];
  const named = missing.map((features) => ({
    features,
    names: features.map(({ folder }) => folder).join("+"),
  }));
  const copies = mkdtempSync(join(tmpdir(), "auth-flow-without-"));
  beforeAll(() => {
    for (const { features, names } of named) copyWithout(features, join(copies, names));
  });
  afterAll(() => rmSync(copies, { recursive: true, force: true }));

  it.concurrent("the tests hold that are left in each copy", async () => {
    const complaint = await complaintOf(copies, [...VITEST, ...(FULL ? ALL_THAT_IS_LEFT : THE_CORE)]);
    if (complaint) expect.fail(`The first folder of each path names what is missing.\n${complaint}`);
  });

  it.concurrent.each(named)("the types hold: $names", async ({ names }) => {
    const complaint = await complaintOf(join(copies, names), ["typescript/bin/tsc", "--singleThreaded"]);
    if (complaint) expect.fail(complaint);
  });

  it("which are all known", () => {
    expect(optional.length).toBeGreaterThan(0);
    expect(optional.filter(({ folder }) => folder === "")).toEqual([]);
  });
});
