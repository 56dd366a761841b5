// Taking out an optional feature is its folder, its views, its line and its tests: done here to a copy, for each of them.
// REMOVAL=full runs all tests that are left in the copies, and takes minutes; without it, those that every page depends on.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { complaintOf, copyWithout, optionalFeatures } from "./checkout.ts";

const FULL = process.env.REMOVAL === "full";
/** One process for all copies, and in the short run one module cache: packages are loaded once, not once for each copy. */
const VITEST = ["vitest/vitest.mjs", "run", "--testTimeout=60000", "--hookTimeout=60000"];
const EVERYTHING_LEFT = ["browser", "server", "removal"].map((folder) => `--exclude=**/tests/${folder}/**`);
const THE_CORE = [
  ...["--no-isolate", "--maxWorkers=1"],
  ...["rules/", "journeys/", "features/login.test", "features/register.test", "features/logout.test"].map(
    (part) => `/tests/${part}`,
  ),
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
    const complaint = await complaintOf(copies, [...VITEST, ...(FULL ? EVERYTHING_LEFT : THE_CORE)]);
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
