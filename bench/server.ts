// Servers under load: ours as `npm start` runs it, and those it is compared with, under the same flags.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as waitMs } from "node:timers/promises";
import { freePort } from "../tests/support/free-port.ts";
import { end, newFolder, own, ROOT } from "./workplace.ts";

export interface Server {
  origin: string;
  /** Its working directory: users.db, sessions.db and what it printed. */
  folder: string;
  process: ChildProcess;
  stop(): Promise<void>;
}

/** It sends no mail: nobody listens where its mail goes. All load comes from one address, so no limit may count. */
const AUTH_FLOW = {
  MAIL_TRANSPORT: "smtp",
  SMTP_URL: "smtp://127.0.0.1:1",
  MAIL_FROM: "Auth Flow <no-reply@example.com>",
  LOG_LEVEL: "info",
  RATE_LIMIT_SCALE: "1000000",
};

/** The compiled program in production, on a folder that is empty or holds its files. */
export function startAuthFlow(folder = newFolder()): Promise<Server> {
  return start([join(ROOT, "dist/src/server.js")], folder, AUTH_FLOW);
}

/** The same with addresses to purge by (bench/figures/purge-program.ts). */
export function startWithPurge(folder: string): Promise<Server> {
  const script = join(ROOT, "bench/figures/purge-program.ts");
  return start(["--import", import.meta.resolve("tsx"), script], folder, AUTH_FLOW);
}

/** The program with the stock session store. */
export function startWithStockSessions(): Promise<Server> {
  return startAlternative("stock-sessions", AUTH_FLOW);
}

/** A program of bench/alternatives. */
export function startAlternative(name: string, env: Record<string, string>): Promise<Server> {
  return start([join(ROOT, "bench/alternatives", `${name}.mjs`)], newFolder(), env);
}

/** `script` is what node is given after the flags of `npm start`. */
async function start(script: string[], folder: string, env: Record<string, string>): Promise<Server> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const output = openSync(join(folder, "output.log"), "a");
  const { flags, variables } = productionNode();
  const child = own(
    spawn(process.execPath, [...flags, ...script], {
      cwd: folder,
      stdio: ["ignore", output, output],
      // Nothing of the shell that runs the benchmark may change what is measured.
      env: {
        PATH: process.env.PATH,
        ...variables,
        NODE_ENV: "production",
        HOST: "127.0.0.1",
        PORT: String(port),
        BASE_URL: origin,
        SESSION_SECRET: "a secret for measurements and for nothing else",
        ...env,
      },
    }),
  );
  closeSync(output);
  await answers(`${origin}/healthz`, child, folder);
  return { origin, folder, process: child, stop: () => end(child) };
}

/** How `npm start` calls node: `NAME=value… node --flags… dist/src/server.js`. */
export function productionNode(): { flags: string[]; variables: Record<string, string> } {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const words: string[] = scripts.start.split(" ");
  const node = words.indexOf("node");
  return {
    flags: words.slice(node + 1, -1),
    variables: Object.fromEntries(words.slice(0, node).map((word) => word.split("=") as [string, string])),
  };
}

async function answers(url: string, child: ChildProcess, folder: string): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    const answer = await fetch(url).catch(() => null);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
    await waitMs(2);
  }
  throw new Error(`It ended before it answered:\n${readFileSync(join(folder, "output.log"), "utf8")}`);
}
