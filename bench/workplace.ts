// Everything a run leaves behind: its temporary folder and its processes. Both are gone when it ends, also on Ctrl-C.
import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "..");

const home = mkdtempSync(join(tmpdir(), "auth-flow-bench-"));
const children = new Set<ChildProcess>();
let folders = 0;

process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(home, { recursive: true, force: true });
});
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)
  process.once(signal, () => process.exit(code));

/** An empty folder of its own. */
export function newFolder(): string {
  folders += 1;
  const folder = join(home, String(folders));
  mkdirSync(folder);
  return folder;
}

/** For files that are large: they need not wait for the end of the run. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Killed with the run, if it has not ended before. */
export function own(child: ChildProcess): ChildProcess {
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

/** Ends it and waits until it is gone. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}
