// `npm run migrate -- copy`: an installation that outgrew its file moves to PostgreSQL, with everybody still logged in.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import BetterSqlite from "better-sqlite3";
import { sql } from "kysely";
import { describe, expect, it, onTestFinished } from "vitest";
import { openStorage } from "../../src/database/open.ts";
import { run } from "../server/program.ts";
import { startApp } from "../support/app.ts";
import { everyRow } from "../support/everything-stored.ts";
import { databaseUrlIn, postgresServer, temporaryFolder } from "../support/storage.ts";
import { ADA, GRACE, loggedIn, registered } from "../support/visitor.ts";

/** An installation with two people, one of them logged in, one with a reset mail on its way. */
async function installation() {
  const folder = temporaryFolder();
  const source = `sqlite:${join(folder, "users.db")}`;
  const app = await startApp({ folder, env: { DATABASE_URL: source } });
  const ada = await loggedIn(app.visitor());
  await ada.fillIn("/profile", { firstName: "Augusta", lastName: "King" });
  await app.visitor().logIn({ ...ADA, password: "a wrong one altogether" });
  const grace = await registered(app.visitor(), GRACE);
  await grace.fillIn("/forgot-password", { email: GRACE.email });
  return { app, folder, source, cookie: `sid=${ada.cookie}` };
}

const target = () => databaseUrlIn(temporaryFolder(), "template0");
const copy = (folder: string, ...urls: string[]) =>
  run({ folder, script: ["src/migrate.ts", "copy", ...urls] }).ended;

async function usersIn(url: string): Promise<number> {
  const storage = await openStorage(url);
  onTestFinished(() => storage.close());
  return (await storage.db.selectFrom("users").select("id").execute()).length;
}

describe.runIf(postgresServer)("npm run migrate -- copy", () => {
  it("takes everything along and says how much: who was logged in still is, and a mail that waited is sent", async () => {
    const { app, folder, source, cookie } = await installation();
    const before = await everyRow(app);
    await app.stop();
    const to = await target();
    const { code, stdout, stderr } = await copy(folder, source, to);
    expect([code, stderr]).toEqual([0, []]);
    expect(stdout).toEqual(
      expect.arrayContaining(["copied  2 rows of users", "copied  1 row of user_sessions"]),
    );

    const moved = await startApp({ env: { DATABASE_URL: to } });
    const told = stdout.map((line) => Number(line.split(" ")[2])).reduce((sum, rows) => sum + rows, 0);
    expect((await everyRow(moved)).length).toBe(told);
    expect((await everyRow(moved)).length).toBe(before.length);
    const ada = moved.visitor();
    expect((await ada.get("/profile", { cookie })).text).toContain('value="Augusta"');
    expect((await moved.visitor().logIn()).headers.location).toBe("/");
    const link = await moved.mailbox.link(GRACE.email, /Reset/, "/reset-password/");
    expect((await moved.visitor().get(link)).status).toBe(303);
  });

  it("without a second URL copies to where DATABASE_URL points", async () => {
    const { app, folder, source } = await installation();
    await app.stop();
    const to = await target();
    const script = ["src/migrate.ts", "copy", source];
    expect((await run({ folder, env: { DATABASE_URL: to }, script }).ended).code).toBe(0);
    expect(await usersIn(to)).toBe(2);
  });

  it("leaves nothing behind when it fails half-way, and works when the obstacle is gone", async () => {
    const { app, folder, source } = await installation();
    await app.stop();
    const to = await target();
    const storage = await openStorage(to);
    onTestFinished(() => storage.close());
    expect((await run({ folder, env: { DATABASE_URL: to }, script: ["src/migrate.ts"] }).ended).code).toBe(0);
    await sql`alter table security_events rename to elsewhere`.execute(storage.db);
    const { code, stdout, stderr } = await copy(folder, source, to);
    expect([code, stdout]).toEqual([1, []]);
    expect(stderr).toEqual([expect.stringContaining("security_events")]);
    expect(await usersIn(to)).toBe(0);
    await sql`alter table elsewhere rename to security_events`.execute(storage.db);
    expect((await copy(folder, source, to)).code).toBe(0);
  });

  it("overwrites nobody: a target with people in it is refused and stays as it is", async () => {
    const { app, folder, source } = await installation();
    await app.stop();
    const to = await target();
    expect((await copy(folder, source, to)).code).toBe(0);
    const again = await copy(folder, source, to);
    expect([again.code, again.stderr]).toEqual([1, [expect.stringMatching(/^The target is not empty/)]]);
    expect(await usersIn(to)).toBe(2);
  });

  it("is refused in one line for a source that is missing, behind, or no file, and for a target that is one", async () => {
    const folder = temporaryFolder();
    const to = await target();
    const refused = async (...urls: string[]) => {
      const { code, stderr } = await copy(folder, ...urls);
      expect([code, stderr.length]).toEqual([1, 1]);
      return stderr[0];
    };
    expect(await refused("sqlite:nowhere.db", to)).toMatch(/^There is no file .*nowhere\.db/);
    new BetterSqlite(join(folder, "users.db")).close();
    writeFileSync(join(folder, "users.db"), "");
    expect(await refused("sqlite:users.db", to)).toMatch(/not up to date/);
    expect(await refused(to, to)).toMatch(/Only a copy from sqlite/);
    expect(await refused("sqlite:users.db", "sqlite:other.db")).toMatch(/Only a copy from sqlite/);
  });
});
