import { describe, expect, it, vi } from "vitest";
import { purgeInBatches } from "../../src/database/purge.ts";
import { HttpError } from "../../src/web/errors.ts";
import { createLimits, type Limit, purgeLimits } from "../../src/web/rate-limit.ts";
import { stopTheClock } from "../support/clock.ts";
import { inShortLived, postgresServer, temporaryFolder, temporaryStorage } from "../support/storage.ts";

const THREE = { points: 3, windowMinutes: 15 };

async function openLimits({ folder = temporaryFolder(), scale = 1 } = {}) {
  const storage = await temporaryStorage(folder);
  const rows = () => inShortLived<{ key: string }>(storage, "SELECT key FROM rate_limits");
  const purge = () => purgeInBatches(storage.db, [purgeLimits(storage.shortLived)]);
  return { storage, makeLimit: createLimits(storage.shortLived, scale), rows, purge };
}

const limits = async (scale = 1) => (await openLimits({ scale })).makeLimit;
const refusal = (limit: Limit, ...key: string[]) =>
  limit.count(...key).then(
    () => null,
    (error: unknown) => error as HttpError,
  );
/** How many of so many attempts in a row were let through. */
async function allowed(limit: Limit, attempts: number, ...key: string[]): Promise<number> {
  let through = 0;
  for (let attempt = 0; attempt < attempts; attempt += 1) if (!(await refusal(limit, ...key))) through += 1;
  return through;
}

describe("a limit", () => {
  it("lets so many through and refuses the next with 429, a time to wait, and a way on", async () => {
    stopTheClock();
    const limit = (await limits())("login", THREE);
    expect(await allowed(limit, 3, "ada")).toBe(3);
    const error = await refusal(limit, "ada");
    expect(error).toBeInstanceOf(HttpError);
    expect(error).toMatchObject({ status: 429, retryAfterSeconds: 15 * 60 });
    expect(error?.publicMessage).toContain("Wait 15 minutes");
    expect(error?.links).toEqual([{ label: "Reset your password", href: "/forgot-password" }]);
  });

  it("counts a hundred at once as a hundred", async () => {
    const limit = (await limits())("login", { points: 5, windowMinutes: 15 });
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => refusal(limit, "ada")));
    expect(outcomes.filter((error) => error === null)).toHaveLength(5);
  });

  it.runIf(postgresServer)(
    "has no statement that only one connection knows, as PgBouncer would need it to",
    async () => {
      const { makeLimit, storage } = await openLimits();
      if (storage.shortLived.engine !== "postgres") throw new Error("this is about PostgreSQL");
      const queries = vi.spyOn(storage.shortLived.pool, "query");
      await allowed(makeLimit("login", THREE), 4, "ada");
      expect(queries.mock.calls.map(([query]) => typeof query)).toEqual(Array(4).fill("string"));
    },
  );

  it("counts each key, each rule and each way to split a key apart", async () => {
    const makeLimit = await limits();
    const [login, reset] = [makeLimit("login", THREE), makeLimit("reset", THREE)];
    expect(await allowed(login, 4, "ada", "203.0.113.7")).toBe(3);
    expect(await allowed(login, 4, "ada", "203.0.113.8")).toBe(3);
    expect(await allowed(login, 4, "ada,203.0.113.7")).toBe(3);
    expect(await allowed(login, 4, "ad", "a203.0.113.7")).toBe(3);
    expect(await allowed(reset, 4, "ada", "203.0.113.7")).toBe(3);
  });

  it("opens again when its window is over, to the second", async () => {
    const clock = stopTheClock();
    const limit = (await limits())("login", THREE);
    await allowed(limit, 3, "ada");
    clock.advance({ minutes: 14, seconds: 59 });
    expect(await refusal(limit, "ada")).toMatchObject({
      retryAfterSeconds: 1,
      publicMessage: expect.stringContaining("Wait a minute"),
    });
    clock.advance({ seconds: 1 });
    expect(await allowed(limit, 4, "ada")).toBe(3);
  });

  it("is not made longer by somebody who keeps trying", async () => {
    const clock = stopTheClock();
    const limit = (await limits())("login", THREE);
    for (let minute = 0; minute < 15; minute += 1) {
      await allowed(limit, 5, "ada");
      clock.advance({ minutes: 1 });
    }
    expect(await refusal(limit, "ada")).toBeNull();
  });

  it.each([
    [2, 6],
    [0.5, 2],
    [1000, 3000],
    [0.0001, 1],
  ])("scaled by %d lets %d through, and never less than one", async (scale, points) => {
    const limit = (await limits(scale))("login", THREE);
    const outcomes = await Promise.all(Array.from({ length: points + 5 }, () => refusal(limit, "ada")));
    expect(outcomes.filter((error) => error === null)).toHaveLength(points);
  });

  it("takes back what turned out to be no failure", async () => {
    const limit = (await limits())("login", THREE);
    for (let login = 0; login < 10; login += 1) {
      expect(await refusal(limit, "ada")).toBeNull();
      await limit.forgive("ada");
    }
    expect(await allowed(limit, 5, "ada")).toBe(3);
  });

  it("gives no credit: forgiving what was never counted allows nobody more", async () => {
    const clock = stopTheClock();
    const limit = (await limits())("login", THREE);
    for (let times = 0; times < 5; times += 1) await limit.forgive("ada");
    expect(await allowed(limit, 10, "ada")).toBe(3);
    await limit.count("grace");
    clock.advance({ minutes: 16 });
    await limit.forgive("grace");
    expect(await allowed(limit, 10, "grace")).toBe(3);
  });

  it("starts anew after a reset, for that key alone", async () => {
    const limit = (await limits())("login", THREE);
    await allowed(limit, 3, "ada");
    await allowed(limit, 3, "grace");
    await limit.reset("ada");
    await limit.reset("nobody");
    expect(await allowed(limit, 4, "ada")).toBe(3);
    expect(await refusal(limit, "grace")).not.toBeNull();
  });

  it("remembers that it has counted a key, until the window is over", async () => {
    const clock = stopTheClock();
    const limit = (await limits())("known", { points: 1, windowMinutes: 60 });
    expect(await limit.has("ada")).toBe(false);
    await limit.count("ada");
    expect(await limit.has("ada")).toBe(true);
    clock.advance({ minutes: 60 });
    expect(await limit.has("ada")).toBe(false);
  });

  it("survives a restart", async () => {
    const folder = temporaryFolder();
    const before = await openLimits({ folder });
    await allowed(before.makeLimit("login", THREE), 3, "ada");
    await before.storage.close();
    const after = await openLimits({ folder });
    expect(await refusal(after.makeLimit("login", THREE), "ada")).not.toBeNull();
  });

  it("keeps no address in its file, and a key of any length in the same space", async () => {
    const { makeLimit, rows } = await openLimits();
    const limit = makeLimit("login", THREE);
    await limit.count("ada@example.com", "203.0.113.7");
    await limit.count("x".repeat(100_000));
    expect(await rows()).toHaveLength(2);
    for (const { key } of await rows()) expect(key).toMatch(/^login:[\w-]{43}$/);
  });

  it("leaves no rows behind when its windows are over", async () => {
    const clock = stopTheClock();
    const { makeLimit, purge, rows } = await openLimits();
    await makeLimit("short", { points: 3, windowMinutes: 1 }).count("ada");
    await makeLimit("long", { points: 3, windowMinutes: 60 }).count("ada");
    await purge();
    expect(await rows()).toHaveLength(2);
    clock.advance({ minutes: 1 });
    await purge();
    expect(await rows()).toHaveLength(1);
  });
});
