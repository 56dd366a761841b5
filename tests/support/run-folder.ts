// A folder for what the tests of one run share, such as the compiled program; it goes when the run is over.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    runFolder: string;
  }
}

export default function provideRunFolder({ provide }: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), "auth-flow-run-"));
  provide("runFolder", folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
