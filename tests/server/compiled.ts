// The program as production runs it: compiled to JavaScript, beside its views. It is compiled once in a run of the tests.
import { execFile } from "node:child_process";
import { appendFileSync, cpSync, existsSync, mkdirSync, renameSync, rmdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as waitMs } from "node:timers/promises";
import { promisify } from "node:util";
import { inject } from "vitest";
import { ROOT } from "../rules/files.ts";
import type { OtherPolicy } from "../support/other-policy.ts";
import { temporaryFolder } from "../support/storage.ts";

/** The path of the compiled server.js, which runs with these numbers. */
export async function compiledServer(other: OtherPolicy = {}): Promise<string> {
  const folder = temporaryFolder();
  cpSync(await compiled(), join(folder, "dist"), { recursive: true });
  for (const name of ["package.json", "node_modules", "views", "public"])
    symlinkSync(join(ROOT, name), join(folder, name));
  for (const [section, numbers] of Object.entries(other))
    appendFileSync(
      join(folder, "dist/config/policy.js"),
      `\nObject.assign(policy.${section}, ${JSON.stringify(numbers)});\n`,
    );
  return join(folder, "dist/src/server.js");
}

/** `npm run build`, but into the folder of this run. Of two workers that want it, one does it. */
async function compiled(): Promise<string> {
  const [lock, output] = [join(inject("runFolder"), "compiling"), join(inject("runFolder"), "dist")];
  while (!existsSync(output)) {
    if (isFirst(lock)) await compile(output).finally(() => rmdirSync(lock));
    else await waitMs(50);
  }
  return output;
}

async function compile(output: string): Promise<void> {
  const [compiler, config] = ["node_modules/.bin/tsc", "tsconfig.build.json"].map((path) => join(ROOT, path));
  await promisify(execFile)(`${compiler}`, ["-p", `${config}`, "--outDir", `${output}-unfinished`]);
  renameSync(`${output}-unfinished`, output);
}

function isFirst(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
