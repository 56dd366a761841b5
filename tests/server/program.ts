// The program itself, as an operator runs it: a process of its own in a folder of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { onTestFinished } from "vitest";
import { databaseUrlIn, postgresServer } from "../support/storage.ts";

const ROOT = join(import.meta.dirname, "../..");

interface Options {
  folder: string;
  env?: Record<string, string>;
  /** From the project's folder, with its arguments. */
  script?: string[];
}

interface Ended {
  code: number | null;
  signal: string | null;
  /** Lines, without empty ones. */
  stdout: string[];
  stderr: string[];
}

export interface Program {
  process: ChildProcess;
  ended: Promise<Ended>;
  /** What it has logged so far, one JSON object a line. */
  logs(): Record<string, unknown>[];
  /** The first log line with this message, as soon as it is there; rejects when the program ends without it. */
  logged(message: RegExp): Promise<Record<string, unknown>>;
}

/** Killed, if it still runs, when the test is over. */
export function run({ folder, env = {}, script = ["src/server.ts"] }: Options): Program {
  const [file = "", ...args] = script;
  const typescript = file.endsWith(".ts") ? ["--import", join(ROOT, "node_modules/tsx/dist/loader.mjs")] : [];
  const child = spawn(process.execPath, [...typescript, resolve(ROOT, file), ...args], {
    cwd: folder,
    // Nothing of the shell that runs the tests may change what the program does.
    env: { PATH: process.env.PATH ?? "", ARGON2_MEMORY_KIB: "1024", ARGON2_PASSES: "1", ...env },
  });
  onTestFinished(() => void child.kill("SIGKILL"));

  let stdout = "";
  let stderr = "";
  const watchers = new Set<() => void>();
  child.stdout.on("data", (piece) => {
    stdout += piece;
    for (const look of watchers) look();
  });
  child.stderr.on("data", (piece) => {
    stderr += piece;
  });
  const lines = (text: string) => text.split("\n").filter((line) => line !== "");
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code, signal) =>
      resolve({ code, signal, stdout: lines(stdout), stderr: lines(stderr) }),
    );
  });
  const logs = () => lines(stdout.slice(0, stdout.lastIndexOf("\n") + 1)).map((line) => JSON.parse(line));

  const logged = (message: RegExp) =>
    new Promise<Record<string, unknown>>((resolve, reject) => {
      const look = () => {
        const line = logs().find(({ msg }) => typeof msg === "string" && message.test(msg));
        if (!line) return;
        watchers.delete(look);
        resolve(line);
      };
      watchers.add(look);
      look();
      void ended.then(({ code }) =>
        reject(new Error(`ended with ${code} before it said ${message}: ${stderr}`)),
      );
    });

  return { process: child, ended, logs, logged };
}

/** The server, ready for requests. */
export async function serve(options: Options & { port: number }): Promise<Program & { origin: string }> {
  const { port, env = {}, ...rest } = options;
  const origin = `http://127.0.0.1:${port}`;
  // With SQLite the program finds its own file, in its folder.
  const database = postgresServer ? { DATABASE_URL: await databaseUrlIn(rest.folder) } : {};
  const program = run({ ...rest, env: { PORT: String(port), BASE_URL: origin, ...database, ...env } });
  await program.logged(/is ready/);
  return { ...program, origin };
}
