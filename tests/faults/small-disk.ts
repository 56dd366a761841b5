// A small disk of its own, in memory, that a test can fill up and make read-only. Only root can mount one.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, onTestFinished } from "vitest";
import { postgresServer } from "../support/storage.ts";

const SKIPPED = "Tests on a small disk skipped: only root can mount one, and not in every container.";
const isAllowed = !postgresServer && canMount();
if (!isAllowed && !postgresServer) process.stderr.write(`${SKIPPED}\n`);

/** Like describe, where a disk can be mounted; else its tests are reported as skipped. */
export const describeOnSmallDisk = describe.skipIf(!isAllowed);

export function smallDisk(): {
  folder: string;
  fill(): void;
  empty(): void;
  remount(how: "ro" | "rw"): void;
} {
  const folder = mkdtempSync(join(tmpdir(), "auth-flow-disk-"));
  mount(folder);
  onTestFinished(() => unmount(folder));
  const filler = join(folder, "filler");
  return {
    folder,
    fill: () => {
      const { bfree, bsize } = statfsSync(folder);
      writeFileSync(filler, Buffer.alloc(bfree * bsize));
    },
    empty: () => rmSync(filler),
    remount: (how) => void execFileSync("mount", ["-o", `remount,${how}`, folder]),
  };
}

function mount(folder: string): void {
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], { stdio: "ignore" });
}

/** Lazily: what is still open on it (a program being killed) must not keep it in the way. */
function unmount(folder: string): void {
  execFileSync("umount", ["--lazy", folder]);
  rmdirSync(folder);
}

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "auth-flow-disk-"));
  try {
    mount(folder);
    unmount(folder);
    return true;
  } catch {
    rmdirSync(folder);
    return false;
  }
}
