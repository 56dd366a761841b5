// What production runs: the program compiled to JavaScript, beside its views.
import { describe, expect, it } from "vitest";
import { freePort } from "../support/free-port.ts";
import { temporaryFolder } from "../support/storage.ts";
import { compiledServer } from "./compiled.ts";
import { run, serve } from "./program.ts";

describe("the compiled program", () => {
  it("takes itself for production, and serves every page, style and migration from beside it", async () => {
    const [folder, script] = [temporaryFolder(), [await compiledServer()]];
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
