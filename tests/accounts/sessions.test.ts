import { describe, expect, it } from "vitest";
import { endLogin, endLogins, findLogin, purgeLogins, startLogin } from "../../src/accounts/sessions.ts";
import { replacePasswordHash, type UserRow } from "../../src/accounts/users.ts";
import type { Db } from "../../src/database/open.ts";
import { purgeInBatches } from "../../src/database/purge.ts";
import { account } from "../support/account.ts";
import { stopTheClock } from "../support/clock.ts";
import { temporaryDatabase } from "../support/storage.ts";

const LIMITS = { sessionIdleMinutes: 30, sessionMaxHours: 12, rememberMeDays: 30 };
const BROWSER = { method: "password", ip: "203.0.113.7", userAgent: "A browser/1.0" };

async function logIn(db: Db, user: UserRow, remembered = false): Promise<string> {
  const id = await startLogin(db, { user, remembered, ...BROWSER }, LIMITS);
  if (!id) throw new Error("no login");
  return id;
}

async function ada({ remembered = false } = {}) {
  const clock = stopTheClock();
  const db = await temporaryDatabase();
  const user = await account(db);
  const id = await logIn(db, user, remembered);
  const found = async () => (await findLogin(db, id, LIMITS)) !== null;
  const row = () => db.selectFrom("user_sessions").selectAll().where("id", "=", id).executeTakeFirst();
  return { clock, db, user, id, found, row };
}

describe("a login", () => {
  it("says who it is, since when and how, and no secret", async () => {
    const { db, user, id } = await ada();
    expect(await findLogin(db, id, LIMITS)).toEqual({
      id: user.id,
      firstName: "Ada",
      lastName: "Lovelace",
      email: "ada@example.com",
      login: { id, method: "password", remembered: false, startedAt: Date.now(), confirmedAt: Date.now() },
    });
    expect(await findLogin(db, "no such login", LIMITS)).toBeNull();
  });

  it("ends after half an hour of silence, to the second", async () => {
    const { clock, found } = await ada();
    clock.advance({ minutes: 29, seconds: 59 });
    expect(await found()).toBe(true);
    clock.advance({ minutes: 29, seconds: 59 });
    expect(await found()).toBe(true);
    clock.advance({ minutes: 30 });
    expect(await found()).toBe(false);
  });

  it("ends twelve hours after it began, however busy", async () => {
    const { clock, found } = await ada();
    for (let minutes = 20; minutes < 12 * 60; minutes += 20) {
      clock.advance({ minutes: 20 });
      expect(await found(), `after ${minutes} minutes`).toBe(true);
    }
    clock.advance({ minutes: 19, seconds: 59 });
    expect(await found()).toBe(true);
    clock.advance({ seconds: 1 });
    expect(await found()).toBe(false);
  });

  it("that is remembered lasts thirty days without a visit, and no visit makes it longer", async () => {
    const { clock, found } = await ada({ remembered: true });
    clock.advance({ days: 29, hours: 23, minutes: 59, seconds: 59 });
    expect(await found()).toBe(true);
    clock.advance({ seconds: 1 });
    expect(await found()).toBe(false);
  });

  it("is not brought back by looking at it after its end", async () => {
    const { clock, db, found, row } = await ada();
    clock.advance({ minutes: 31 });
    const before = await row();
    expect(await found()).toBe(false);
    expect(await row()).toEqual(before);
    clock.advance({ hours: 12 });
    await purgeInBatches(db, [purgeLogins]);
    expect(await row()).toBeUndefined();
  });

  it("writes its last use at most once a minute", async () => {
    const { clock, found, row } = await ada();
    const start = Date.now();
    for (let second = 1; second < 60; second += 1) {
      clock.advance({ seconds: 1 });
      await found();
    }
    expect((await row())?.last_seen_at).toBe(start);
    clock.advance({ seconds: 1 });
    await found();
    expect((await row())?.last_seen_at).toBe(start + 60_000);
    clock.advance({ seconds: 59 });
    await found();
    expect((await row())?.last_seen_at).toBe(start + 60_000);
  });

  it("with an idle limit of a minute is kept alive by somebody who reads a page every half minute", async () => {
    const { clock, db, id } = await ada();
    for (let visit = 0; visit < 10; visit += 1) {
      clock.advance({ seconds: 30 });
      expect(await findLogin(db, id, { ...LIMITS, sessionIdleMinutes: 1 })).not.toBeNull();
    }
  });

  it("does not begin when the password changed, or the account went, while it was being checked", async () => {
    const { db, user } = await ada();
    await replacePasswordHash(db, user.id, { from: user.password_hash, to: "a new hash" });
    expect(await startLogin(db, { user, remembered: false, ...BROWSER }, LIMITS)).toBeNull();
    await db.deleteFrom("users").where("id", "=", user.id).execute();
    expect(await startLogin(db, { user, remembered: false, ...BROWSER }, LIMITS)).toBeNull();
    expect(await db.selectFrom("user_sessions").selectAll().execute()).toEqual([]);
  });

  it("ends alone, or with all others of its user but the one that asks, or with the account", async () => {
    const { db, user, id } = await ada();
    const grace = await account(db, { email: "grace@example.org" });
    const hers = await logIn(db, grace);
    const [second, third] = [await logIn(db, user), await logIn(db, user, true)];
    const alive = async () =>
      (await db.selectFrom("user_sessions").select("id").execute()).map((row) => row.id).sort();

    await endLogin(db, second);
    expect(await alive()).toEqual([id, third, hers].sort());
    await endLogins(db, user.id, third);
    expect(await alive()).toEqual([third, hers].sort());
    await endLogins(db, user.id);
    expect(await alive()).toEqual([hers]);
    await db.deleteFrom("users").where("id", "=", grace.id).execute();
    expect(await alive()).toEqual([]);
  });

  it("is swept away when it is over and not before", async () => {
    const { clock, db, user } = await ada();
    const remembered = await logIn(db, user, true);
    clock.advance({ hours: 11, minutes: 59, seconds: 59 });
    await purgeInBatches(db, [purgeLogins]);
    expect(await db.selectFrom("user_sessions").select("id").execute()).toHaveLength(2);
    clock.advance({ seconds: 1 });
    await purgeInBatches(db, [purgeLogins]);
    expect(await db.selectFrom("user_sessions").select("id").execute()).toEqual([{ id: remembered }]);
    clock.advance({ days: 30 });
    await purgeInBatches(db, [purgeLogins]);
    expect(await db.selectFrom("user_sessions").select("id").execute()).toEqual([]);
  });
});
