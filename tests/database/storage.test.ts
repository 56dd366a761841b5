import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Kysely, sql } from "kysely";
import { describe, expect, it, onTestFinished } from "vitest";
import { migrateDown, migrateUp, migrationStatus, pendingMigrations } from "../../src/database/migrate.ts";
import { type Db, openStorage, openUsers } from "../../src/database/open.ts";
import type { Schema } from "../../src/database/schema.ts";
import { sqlitePaths } from "../../src/database/sqlite.ts";
import { inTransaction, withoutTheDisk } from "../../src/database/transaction.ts";
import { account } from "../support/account.ts";
import {
  databaseUrlIn,
  inShortLived,
  postgresServer,
  temporaryDatabase,
  temporaryFolder,
} from "../support/storage.ts";

async function emptyStorage(folder = temporaryFolder()) {
  const storage = await openStorage(await databaseUrlIn(folder, "template0"));
  onTestFinished(() => storage.close());
  return storage;
}

/** Everything the database knows of the tables, but for the migrator's own. */
async function shape(db: Kysely<Schema>): Promise<unknown[]> {
  const inSqlite = sql`
    select type, name, sql from sqlite_master
    where name not like 'kysely_%' and name not like 'sqlite_%' order by type, name`;
  const inPostgres = sql`
    select table_name as name, column_name, data_type, is_nullable, indexdef
    from information_schema.columns left join pg_indexes on tablename = table_name
    where table_schema = 'public' and table_name not like 'kysely_%' order by 1, 2, indexdef`;
  return (await (postgresServer ? inPostgres : inSqlite).execute(db)).rows;
}

describe("the database files", () => {
  it("lie side by side: sessions beside the users, wherever those are", () => {
    expect(sqlitePaths("sqlite:/var/lib/app/people.db")).toEqual({
      users: "/var/lib/app/people.db",
      sessions: "/var/lib/app/sessions.db",
    });
    expect(sqlitePaths("sqlite:users.db").users).toBe(join(process.cwd(), "users.db"));
  });

  it.skipIf(postgresServer)(
    "keep an acknowledged account through a power loss, and pay less for a session",
    async () => {
      const { db, shortLived } = await emptyStorage();
      if (shortLived.engine !== "sqlite") throw new Error("not SQLite");
      const { handle } = shortLived;
      const pragma = async (name: string) =>
        Object.values((await sql.raw(`pragma ${name}`).execute(db)).rows[0] ?? {})[0];
      expect(await pragma("journal_mode")).toBe("wal");
      expect(await pragma("synchronous")).toBe(2);
      expect(await pragma("foreign_keys")).toBe(1);
      expect(await pragma("busy_timeout")).toBe(100);
      expect(handle.pragma("journal_mode", { simple: true })).toBe("wal");
      expect(handle.pragma("synchronous", { simple: true })).toBe(1);
    },
  );

  it.skipIf(postgresServer)(
    "wait for the disk again after what need not, also when that failed",
    async () => {
      const db = await temporaryDatabase();
      const level = async (connection: Db) =>
        (await sql<{ synchronous: number }>`pragma synchronous`.execute(connection)).rows[0]?.synchronous;
      const [quick, usual] = await Promise.all([withoutTheDisk(db, level), inTransaction(db, level)]);
      expect([quick, usual, await level(db)]).toEqual([1, 2, 2]);
      const failing = withoutTheDisk(db, (connection) => sql`select nonsense`.execute(connection));
      await expect(failing).rejects.toThrow(/nonsense/);
      expect(await level(db)).toBe(2);
    },
  );

  it("say no to a row that belongs to nobody, and tell a taken value from other trouble", async () => {
    const db = await temporaryDatabase();
    const orphan = {
      token_hash: "x",
      purpose: "reset",
      user_id: "nobody",
      address: "a",
      created_at: 0,
      expires_at: 0,
    };
    const refused = await db
      .insertInto("tokens")
      .values(orphan)
      .execute()
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: expect.stringMatching(/^(SQLITE_CONSTRAINT_FOREIGNKEY|23503)$/) });
    const { id } = await account(db);
    const other = await account(db, { email: "grace@example.org" });
    const taken = await db
      .updateTable("users")
      .set({ email_canonical: "ada@example.com" })
      .where("id", "=", other.id)
      .execute()
      .catch((error: unknown) => error);
    expect(taken).toMatchObject({ code: expect.stringMatching(/^(SQLITE_CONSTRAINT_UNIQUE|23505)$/) });
    expect(id).not.toBe(other.id);
  });

  it("that can't be opened are an error at once, with nothing created", async () => {
    const folder = join(temporaryFolder(), "missing");
    await expect(openStorage(`sqlite:${folder}/users.db`)).rejects.toThrow();
    expect(existsSync(folder)).toBe(false);
  });

  it.skipIf(postgresServer)("keep the people when the sessions are deleted: they are two files", async () => {
    const folder = temporaryFolder();
    const db = await temporaryDatabase(folder);
    await account(db);
    expect(existsSync(join(folder, "sessions.db"))).toBe(false);
    const accounts = "SELECT name FROM sqlite_master WHERE name IN ('users', 'tokens', 'mails')";
    expect(await inShortLived(await emptyStorage(folder), accounts)).toEqual([]);
  });
});

describe("the migrations", () => {
  it("bring an empty file up to date, each once, and then do nothing", async () => {
    const { db } = await emptyStorage();
    const pending = await pendingMigrations(db);
    expect(pending.length).toBeGreaterThanOrEqual(2);
    expect(pending).toEqual([...pending].sort());
    expect(await migrateUp(db)).toEqual(pending.map((name) => ({ name, outcome: "applied" })));
    expect(await migrateUp(db)).toEqual([]);
    expect(await pendingMigrations(db)).toEqual([]);
    for (const { appliedAt } of await migrationStatus(db)) expect(appliedAt).toBeInstanceOf(Date);
  });

  it("go back one step at a time to an empty file, and up again to the same tables", async () => {
    const { db } = await emptyStorage();
    const names = (await migrateUp(db)).map(({ name }) => name);
    const full = await shape(db);
    for (const name of names.toReversed())
      expect(await migrateDown(db)).toEqual([{ name, outcome: "undone" }]);
    expect(await migrateDown(db)).toEqual([]);
    expect(await shape(db)).toEqual([]);
    await migrateUp(db);
    expect(await shape(db)).toEqual(full);
  });

  it("lose no account when they run again, or when the program is newer by one", async () => {
    const folder = temporaryFolder();
    const db = await temporaryDatabase(folder);
    const { id } = await account(db);
    await migrateDown(db);
    await migrateUp(db);
    expect(await db.selectFrom("users").select("id").execute()).toEqual([{ id }]);
  });

  it("that fail half-way leave nothing of that step behind, and work when the obstacle is gone", async () => {
    const { db } = await emptyStorage();
    await sql`create table tokens (in_the_way text)`.execute(db);
    await expect(migrateUp(db)).rejects.toThrow(/Migration 0001_users failed: .*tokens/);
    expect(await shape(db)).toMatchObject([{ name: "tokens" }]);
    await sql`drop table tokens`.execute(db);
    expect(await migrateUp(db)).not.toEqual([]);
    expect(await pendingMigrations(db)).toEqual([]);
  });

  it("started twice at once on one file end up done, whoever came first", async () => {
    const url = await databaseUrlIn(temporaryFolder(), "template0");
    const [one, other] = [await openUsers(url), await openUsers(url)];
    onTestFinished(async () => {
      await one.destroy();
      await other.destroy();
    });
    const outcomes = await Promise.allSettled([migrateUp(one), migrateUp(other)]);
    expect(outcomes.map(({ status }) => status)).toContain("fulfilled");
    await migrateUp(other);
    expect(await pendingMigrations(one)).toEqual([]);
    await account(other);
  });
});
