// Taking out an optional feature is its folder, its views, its line and its tests: done here to a copy, for each of them.
// REMOVAL=full runs all tests that are left in the copies, and takes minutes; without it, those that every page depends on.
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

describe("without one of the optional features", () => {
  const optional = optionalFeatures();
  const copies = mkdtempSync(join(tmpdir(), "auth-flow-without-"));
  beforeAll(() => {
    for (const feature of optional) copyWithout(feature, copies);
  });
  afterAll(() => rmSync(copies, { recursive: true, force: true }));

  it.concurrent("the tests hold that are left in each copy", async () => {
    const complaint = await complaintOf(copies, [...VITEST, ...(FULL ? ALL_THAT_IS_LEFT : THE_CORE)]);
    if (complaint) expect.fail(`The first folder of each path is the feature that is missing.\n${complaint}`);
  });

  it.concurrent.each(optional)("the types hold: $folder", async ({ folder }) => {
    const complaint = await complaintOf(join(copies, folder), ["typescript/bin/tsc", "--singleThreaded"]);
    if (complaint) expect.fail(complaint);
  });

  it("which are all known", () => {
    expect(optional.length).toBeGreaterThan(0);
    expect(optional.filter(({ folder }) => folder === "")).toEqual([]);
  });
});
