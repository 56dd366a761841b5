import { describe, expect, it } from "vitest";
import {
  consumeToken,
  createToken,
  deleteTokens,
  findToken,
  purgeTokens,
  tokenHashOf,
} from "../../src/accounts/tokens.ts";
import type { Db } from "../../src/database/open.ts";
import { purgeInBatches } from "../../src/database/purge.ts";
import { account } from "../support/account.ts";
import { stopTheClock } from "../support/clock.ts";
import { temporaryDatabase } from "../support/storage.ts";

async function someone(email = "ada@example.com") {
  const db = await temporaryDatabase();
  const { id } = await account(db, { email });
  return { db, id };
}

async function mailed(db: Db, userId: string, more: { purpose?: string; lifetimeMinutes?: number } = {}) {
  const address = "ada@example.com";
  const token = await createToken(db, { purpose: "reset", lifetimeMinutes: 60, userId, address, ...more });
  return { token, hash: tokenHashOf(token) ?? "" };
}

describe("a token", () => {
  it("is 256 random bits in an address's letters, and only its hash is stored", async () => {
    const { db, id } = await someone();
    const { token, hash } = await mailed(db, id);
    expect(token).toMatch(/^[\w-]{43}$/);
    const [row] = await db.selectFrom("tokens").selectAll().execute();
    expect(row?.token_hash).toBe(hash);
    expect(JSON.stringify(row)).not.toContain(token);
    const others = await Promise.all(Array.from({ length: 50 }, () => mailed(db, id)));
    expect(new Set(others.map((other) => other.token)).size).toBe(50);
  });

  it.each([
    "",
    "short",
    "a".repeat(42),
    "a".repeat(44),
    `${"a".repeat(42)}=`,
    `${"a".repeat(43)}\n`,
    `${"ä".repeat(43)}`,
  ])("can't be %j, and that is known without a query", (text) => {
    expect(tokenHashOf(text)).toBeNull();
  });

  it("serves its own purpose only", async () => {
    const { db, id } = await someone();
    const { hash } = await mailed(db, id);
    expect(await findToken(db, "verify", hash)).toBeNull();
    expect(await consumeToken(db, "verify", hash)).toBeNull();
    expect(await consumeToken(db, "reset", hash)).toEqual({ userId: id, address: "ada@example.com" });
  });

  it("is not used up by looking", async () => {
    const { db, id } = await someone();
    const { hash } = await mailed(db, id);
    for (let look = 0; look < 3; look += 1)
      expect(await findToken(db, "reset", hash)).toEqual({ userId: id, address: "ada@example.com" });
    expect(await consumeToken(db, "reset", hash)).not.toBeNull();
    expect(await findToken(db, "reset", hash)).toBeNull();
  });

  it("works once, though twenty come at once", async () => {
    const { db, id } = await someone();
    const { hash } = await mailed(db, id);
    const rows = await Promise.all(Array.from({ length: 20 }, () => consumeToken(db, "reset", hash)));
    expect(rows.filter((row) => row !== null)).toHaveLength(1);
  });

  it("dies when a newer one of its purpose is made, and leaves those of other purposes and people alone", async () => {
    const { db, id } = await someone();
    const grace = await account(db, { email: "grace@example.org" });
    const old = await mailed(db, id);
    const verify = await mailed(db, id, { purpose: "verify" });
    const hers = await mailed(db, grace.id);
    const newest = await mailed(db, id);
    expect(await findToken(db, "reset", old.hash)).toBeNull();
    expect(await consumeToken(db, "reset", old.hash)).toBeNull();
    for (const [purpose, { hash }] of [
      ["verify", verify],
      ["reset", hers],
      ["reset", newest],
    ] as const)
      expect(await findToken(db, purpose, hash)).not.toBeNull();
  });

  it("lives to its last second and no longer", async () => {
    const clock = stopTheClock();
    const { db, id } = await someone();
    const { hash } = await mailed(db, id, { lifetimeMinutes: 60 });
    clock.advance({ minutes: 59, seconds: 59 });
    await purgeInBatches(db, [purgeTokens]);
    expect(await findToken(db, "reset", hash)).not.toBeNull();
    clock.advance({ seconds: 1 });
    expect(await findToken(db, "reset", hash)).toBeNull();
    expect(await consumeToken(db, "reset", hash)).toBeNull();
    await purgeInBatches(db, [purgeTokens]);
    expect(await db.selectFrom("tokens").selectAll().execute()).toEqual([]);
  });

  it("dies with all others of its account, or those of one purpose, and with the account", async () => {
    const { db, id } = await someone();
    const reset = await mailed(db, id);
    const verify = await mailed(db, id, { purpose: "verify" });
    await deleteTokens(db, id, "reset");
    expect(await findToken(db, "reset", reset.hash)).toBeNull();
    expect(await findToken(db, "verify", verify.hash)).not.toBeNull();
    await deleteTokens(db, id);
    expect(await findToken(db, "verify", verify.hash)).toBeNull();
    const last = await mailed(db, id);
    await db.deleteFrom("users").where("id", "=", id).execute();
    expect(await findToken(db, "reset", last.hash)).toBeNull();
  });
});
