import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // Tests start servers of their own; nothing is shared between files, so their order does not matter.
    sequence: { shuffle: { files: true, tests: false } },
  },
});
