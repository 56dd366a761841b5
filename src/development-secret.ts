// In development nobody should have to invent a secret: one is made at the first start and kept, so logins survive restarts.
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const FILE = ".dev-secret";

/** Reads the git-ignored file, or makes it, readable by its owner only. Throws when the folder can't be written. */
export function developmentSecret(): string {
  try {
    writeFileSync(FILE, randomBytes(32).toString("base64"), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return readFileSync(FILE, "utf8").trim();
}
