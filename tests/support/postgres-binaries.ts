// Where PostgreSQL's programs are, if they are installed: Debian keeps them out of the PATH.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const DEBIAN = "/usr/lib/postgresql";
/** macOS and others. */
const ELSEWHERE = ["/usr/local/bin", "/opt/homebrew/bin", "/usr/bin"];

/** The folder with initdb and pg_ctl, of the newest version there is; null where PostgreSQL is not installed. */
export function postgresBinaries(): string | null {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
  const newestFirst = versions.toSorted((one, other) => Number(other) - Number(one));
  const folders = [...newestFirst.map((version) => join(DEBIAN, version, "bin")), ...ELSEWHERE];
  return folders.find((folder) => existsSync(join(folder, "initdb"))) ?? null;
}
