import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../rules/files.ts";
import { databaseUrlIn, postgresServer, temporaryFolder } from "../support/storage.ts";
import { run } from "./program.ts";

const NAMES = readdirSync(join(ROOT, "migrations"))
  .filter((file) => postgresServer || !file.includes(".postgres."))
  .map((file) => file.replace(/(\.postgres)?\.ts$/, ""))
  .sort();
const NEWEST = NAMES.at(-1);

describe("npm run migrate", () => {
  it("goes up, tells its status, goes a step down, and does nothing where there is nothing to do", async () => {
    const folder = temporaryFolder();
    const env = { DATABASE_URL: await databaseUrlIn(folder, "template0") };
    const migrate = async (...args: string[]) => {
      const { code, stdout, stderr } = await run({ folder, env, script: ["src/migrate.ts", ...args] }).ended;
      expect([code, stderr]).toEqual([0, []]);
      return stdout;
    };
    expect(await migrate()).toEqual(NAMES.map((name) => `applied  ${name}`));
    if (!postgresServer) expect(statSync(join(folder, "users.db")).mode & 0o777).toBe(0o600);
    expect(await migrate("up")).toEqual([expect.stringContaining("Nothing to do")]);
    expect(await migrate("down")).toEqual([`undone  ${NEWEST}`]);
    const status = await migrate("status");
    expect(status).toHaveLength(NAMES.length);
    expect(status.at(-1)).toBe(`pending  ${NEWEST}`);
    expect(status[0]).toMatch(new RegExp(`^applied \\d{4}-\\d\\d-\\d\\dT.+Z {2}${NAMES[0]}$`));
    expect(await migrate("up")).toEqual([`applied  ${NEWEST}`]);
  });

  it("ends with 1 and one line for a command it does not know, and for a database that is none", async () => {
    const folder = temporaryFolder();
    const unknown = await run({ folder, script: ["src/migrate.ts", "sideways"] }).ended;
    expect([unknown.code, unknown.stderr]).toEqual([
      1,
      ['Unknown command "sideways". Use up, status, down or copy.'],
    ]);
    const env = { DATABASE_URL: "mysql://x" };
    const wrong = await run({ folder, env, script: ["src/migrate.ts"] }).ended;
    expect([wrong.code, wrong.stderr]).toEqual([1, [expect.stringMatching(/^DATABASE_URL must be/)]]);
  });
});
