// The compiled program for a test of faults: cheap hashes, limits far away, accounts that can be used at once.

import { describe } from "vitest";
import { compiledServer } from "../server/compiled.ts";
import { type Program, serve } from "../server/program.ts";
import { freePort } from "../support/free-port.ts";
import type { OtherPolicy } from "../support/other-policy.ts";
import { postgresServer, temporaryFolder } from "../support/storage.ts";

interface Options {
  /** Where its database files lie; the same folder again is a restart. */
  folder?: string;
  port?: number;
  env?: Record<string, string>;
  policy?: OtherPolicy;
}

export interface Server extends Program {
  origin: string;
  folder: string;
  port: number;
  pid: number;
}

/** For faults of SQLite's files, and for those that have nothing to do with the database and are tried once. */
export const describeOnSqlite = describe.skipIf(postgresServer);

const ENVIRONMENT = {
  NODE_ENV: "development",
  SESSION_SECRET: "a secret for tests and for nothing else",
  REQUIRE_EMAIL_VERIFICATION: "false",
  RATE_LIMIT_SCALE: "1000",
};

/** A function that starts it, as often as it is called: for tests that also stop it. */
export async function compiledProgram({ folder = temporaryFolder(), port, env, policy }: Options = {}) {
  const script = [await compiledServer(policy)];
  const options = { folder, script, port: port ?? (await freePort()), env: { ...ENVIRONMENT, ...env } };
  return async (): Promise<Server> => {
    const program = await serve(options);
    return { ...program, folder, port: options.port, pid: program.process.pid as number };
  };
}

export async function serveCompiled(options: Options = {}): Promise<Server> {
  return (await compiledProgram(options))();
}
