// Installs what the program is compared with: only here, only when a figure asks for it, in its own git-ignored folder.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { own, ROOT } from "./workplace.ts";

const FOLDER = join(ROOT, "bench/alternatives");
/** Written when an installation is complete; holds the package.json it was made from. */
const RECEIPT = join(FOLDER, "node_modules/.installed-from.json");

/** Takes a minute or two the first time, because sqlite3 may have to be compiled. */
export async function installAlternatives(): Promise<void> {
  const wanted = readFileSync(join(FOLDER, "package.json"), "utf8");
  if (existsSync(RECEIPT) && readFileSync(RECEIPT, "utf8") === wanted) return;
  console.error("Installing what the program is compared with (bench/alternatives) …");
  await npmInstall();
  writeFileSync(RECEIPT, wanted);
}

function npmInstall(): Promise<void> {
  const options = ["install", "--no-package-lock", "--no-audit", "--no-fund"];
  const npm = own(spawn("npm", options, { cwd: FOLDER, stdio: ["ignore", "ignore", "inherit"] }));
  return new Promise((resolve, reject) => {
    npm.once("error", reject);
    npm.once("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`npm install in bench/alternatives ended with ${code}`)),
    );
  });
}
