// The project's own files, read as text for the tests of the house rules.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

export interface SourceFile {
  /** From the project's folder, with slashes: "src/web/forms.ts". */
  path: string;
  text: string;
}

export function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** Every file below these folders whose name ends so. */
export function filesOf(folders: string[], ending: string): SourceFile[] {
  return folders
    .flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort()
    .map((path) => ({ path, text: read(path) }));
}
