import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    globalSetup: ["tests/support/run-folder.ts"],
    // Every test starts an app of its own, so files need no walls between them, and both cores can work.
    isolate: false,
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // Tests start servers of their own; nothing is shared between files, so their order does not matter.
    sequence: { shuffle: { files: true, tests: false } },
  },
});
