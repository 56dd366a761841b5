// Copies of this checkout from which an optional feature has been taken out, as a developer would do it by hand.
import { spawn } from "node:child_process";
import { cpSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { basename, join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");
const NODE_MODULES = realpathSync(join(ROOT, "node_modules"));
const LIST = "src/features.ts";
/** What git ignores, and git's own folder: not the program, and some of it secret. */
const LEFT_BEHIND = /^(\.git|node_modules|dist|coverage|\.env|\.dev-secret|.+\.db(-.+)?)$/;
/** Set by the vitest that runs us; the one in the copy must not take them for its own. */
const OF_OUR_VITEST = /^(VITEST|TEST|NODE_ENV|MODE|DEV|PROD|SSR|BASE_URL)/;

export interface OptionalFeature {
  /** Its name in the list: "changeEmail". */
  line: string;
  /** Its folder, view folder and test files: "change-email". */
  folder: string;
}

/** Those below the mark in src/features.ts. */
export function optionalFeatures(): OptionalFeature[] {
  const list = readFileSync(join(ROOT, LIST), "utf8");
  const [, optional = ""] = list.split("// Optional from here on.");
  return [...optional.matchAll(/^ {2}(\w+),$/gm)].map(([, line = ""]) => {
    const folder = new RegExp(`^import \\{ ${line} \\} from "\\./features/([a-z-]+)/index\\.ts";$`, "m");
    return { line, folder: folder.exec(list)?.[1] ?? "" };
  });
}

/** A copy, in a folder inside `copies`, without the feature's folder, views, import, line and tests. Nothing else is touched. */
export function copyWithout({ line, folder }: OptionalFeature, copies: string): void {
  const copy = join(copies, folder);
  cpSync(ROOT, copy, {
    recursive: true,
    filter: (path) => path === ROOT || !LEFT_BEHIND.test(basename(path)),
  });
  symlinkSync(NODE_MODULES, join(copy, "node_modules"));

  rmSync(join(copy, "src/features", folder), { recursive: true });
  rmSync(join(copy, "views", folder), { recursive: true, force: true });
  const tests = new RegExp(`^${folder}(-[a-z-]+)?(\\.test)?\\.ts$`);
  for (const file of readdirSync(join(copy, "tests/features")))
    if (tests.test(file)) rmSync(join(copy, "tests/features", file));
  const list = readFileSync(join(copy, LIST), "utf8");
  const kept = list
    .split("\n")
    .filter((text) => text !== `  ${line},` && !text.startsWith(`import { ${line} }`));
  writeFileSync(join(copy, LIST), kept.join("\n"));
}

/** Runs a script of node_modules, with its arguments; resolves with what it printed, or with null when it was content. */
export function complaintOf(folder: string, command: string[]): Promise<string | null> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OF_OUR_VITEST.test(name)));
  const [script = "", ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(NODE_MODULES, script), ...args], {
      cwd: folder,
      env: { ...env, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    // Other test files run at the same time, and some of them measure how long an answer takes.
    if (child.pid) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    const printed: Buffer[] = [];
    child.stdout.on("data", (piece) => printed.push(piece));
    child.stderr.on("data", (piece) => printed.push(piece));
    child.once("error", reject);
    child.once("close", (code) => resolve(code === 0 ? null : Buffer.concat(printed).toString()));
  });
}
