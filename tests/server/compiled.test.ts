// What production runs: the program compiled to JavaScript, beside its views.
import { execFileSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../rules/files.ts";
import { freePort } from "../support/free-port.ts";
import { temporaryFolder } from "../support/storage.ts";
import { run, serve } from "./program.ts";

/** `npm run build`, but into a folder of its own. */
function compiled(): string {
  const folder = temporaryFolder();
  const compiler = join(ROOT, "node_modules/.bin/tsc");
  execFileSync(compiler, ["-p", join(ROOT, "tsconfig.build.json"), "--outDir", join(folder, "dist")], {
    stdio: "pipe",
  });
  for (const name of ["package.json", "node_modules", "views", "public"])
    symlinkSync(join(ROOT, name), join(folder, name));
  return folder;
}

describe("the compiled program", () => {
  it("takes itself for production, and serves every page, style and migration from beside it", async () => {
    const folder = compiled();
    const script = [join(folder, "dist/src/server.js")];
    const refused = await run({ folder, script }).ended;
    expect(refused.code).toBe(1);
    expect(refused.stderr.map((line) => line.split(" ")[0])).toEqual(
      expect.arrayContaining(["BASE_URL", "SESSION_SECRET"]),
    );

    const port = await freePort();
    const env = {
      HOST: "127.0.0.1",
      SESSION_SECRET: "s".repeat(32),
      MAIL_TRANSPORT: "smtp",
      MAIL_FROM: "no-reply@example.com",
      SMTP_URL: "smtp://127.0.0.1:1",
      ARGON2_MEMORY_KIB: "19456",
      ARGON2_PASSES: "2",
    };
    const program = await serve({ folder, port, script, env });
    expect(await program.logged(/is ready/)).toMatchObject({ mode: "production" });
    const page = await (await fetch(`${program.origin}/login`)).text();
    const sheet = /href="(\/css\/app\.css\?v=[\w-]+)"/.exec(page)?.[1];
    expect((await fetch(`${program.origin}${sheet}`)).headers.get("cache-control")).toContain("immutable");
    expect(await (await fetch(`${program.origin}/readyz`)).json()).toMatchObject({ status: "ready" });
    expect((await fetch(`${program.origin}/dev/mailbox`)).status).toBe(404);
    program.process.kill("SIGTERM");
    expect((await program.ended).code).toBe(0);
  });
});
