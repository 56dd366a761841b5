// What production runs: the program compiled to JavaScript, beside its views.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { freePort } from "../support/free-port.ts";
import { postgresServer, temporaryFolder } from "../support/storage.ts";
import { compiledServer } from "./compiled.ts";
import { run, serve } from "./program.ts";

const PRODUCTION = {
  HOST: "127.0.0.1",
  SESSION_SECRET: "s".repeat(32),
  MAIL_TRANSPORT: "smtp",
  MAIL_FROM: "no-reply@example.com",
  SMTP_URL: "smtp://127.0.0.1:1",
  ARGON2_MEMORY_KIB: "19456",
  ARGON2_PASSES: "2",
};

/** The names of the packages, sorted, at the end. (Those of PostgreSQL are CommonJS, which Node keeps in a cache.) */
const TELL_WHAT_WAS_LOADED = `
import { createRequire } from "node:module";
const { cache } = createRequire(import.meta.url);
process.on("exit", () => {
  const names = Object.keys(cache).map((path) => /node_modules\\/([\\w-]+)/.exec(path)?.[1]);
  console.error(JSON.stringify([...new Set(names)].sort()));
});
`;

describe("the compiled program", () => {
  it("takes itself for production, and serves every page, style and migration from beside it", async () => {
    const [folder, script] = [temporaryFolder(), [await compiledServer()]];
    const refused = await run({ folder, script }).ended;
    expect(refused.code).toBe(1);
    expect(refused.stderr.map((line) => line.split(" ")[0])).toEqual(
      expect.arrayContaining(["BASE_URL", "SESSION_SECRET"]),
    );

    const program = await serve({ folder, port: await freePort(), script, env: PRODUCTION });
    expect(await program.logged(/is ready/)).toMatchObject({ mode: "production" });
    const page = await (await fetch(`${program.origin}/login`)).text();
    const sheet = /href="(\/css\/app\.css\?v=[\w-]+)"/.exec(page)?.[1];
    expect((await fetch(`${program.origin}${sheet}`)).headers.get("cache-control")).toContain("immutable");
    expect(await (await fetch(`${program.origin}/readyz`)).json()).toMatchObject({ status: "ready" });
    expect((await fetch(`${program.origin}/dev/mailbox`)).status).toBe(404);
    program.process.kill("SIGTERM");
    expect((await program.ended).code).toBe(0);
  });

  it("loads the driver of PostgreSQL only to use it", async () => {
    const [folder, script] = [temporaryFolder(), [await compiledServer()]];
    const spy = join(folder, "tell-what-was-loaded.mjs");
    writeFileSync(spy, TELL_WHAT_WAS_LOADED);
    const env = { ...PRODUCTION, NODE_OPTIONS: `--import=${pathToFileURL(spy)}` };
    const program = await serve({ folder, port: await freePort(), script, env });
    program.process.kill("SIGTERM");
    const loaded = JSON.parse((await program.ended).stderr.at(-1) ?? "");
    expect(loaded).toContain("express");
    expect(loaded.filter((name: string) => /^(pg|connect-pg-simple)$/.test(name))).toEqual(
      postgresServer ? ["connect-pg-simple", "pg"] : [],
    );
  });
});
