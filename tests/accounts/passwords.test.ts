import argon2 from "@node-rs/argon2";
import earlierArgon2 from "argon2";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { checkCredentials } from "../../src/accounts/credentials.ts";
import { HashQueueFullError } from "../../src/accounts/hash-queue.ts";
import { createPasswords } from "../../src/accounts/passwords.ts";
import { findUserById } from "../../src/accounts/users.ts";
import { account } from "../support/account.ts";
import { temporaryDatabase } from "../support/storage.ts";

const CHEAP = { memoryKib: 64, passes: 1, concurrency: 3 };
const RULES = { minLength: 15, appName: "Auth Flow", baseUrl: "http://localhost:3000" };
const PASSWORD = "violet tractor sings at dawn";
const passwordsAt = (cost = {}) => createPasswords({ ...CHEAP, ...cost }, RULES);

describe("a password hash", () => {
  it("is argon2id with its cost, and different every time", async () => {
    const passwords = await passwordsAt({ memoryKib: 128, passes: 3 });
    const [one, other] = await Promise.all([passwords.hash(PASSWORD), passwords.hash(PASSWORD)]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=128,t=3,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(one).not.toBe(other);
    expect(one).not.toContain(PASSWORD);
  });

  it("fits its own password and nothing near it", async () => {
    const passwords = await passwordsAt();
    const hash = await passwords.hash(PASSWORD);
    expect(await passwords.matches(hash, PASSWORD)).toBe(true);
    const near = [
      PASSWORD.toUpperCase(),
      `${PASSWORD} `,
      ` ${PASSWORD}`,
      PASSWORD.slice(0, -1),
      "",
      `${PASSWORD}\0`,
    ];
    for (const other of near) expect(await passwords.matches(hash, other), other).toBe(false);
  });

  it("covers every character of a long password", async () => {
    const passwords = await passwordsAt();
    const long = "vqzkxwmt".repeat(32);
    const hash = await passwords.hash(long);
    expect(await passwords.matches(hash, long)).toBe(true);
    for (const at of [72, 127, 255])
      expect(await passwords.matches(hash, `${long.slice(0, at)}#${long.slice(at + 1)}`), `${at}`).toBe(
        false,
      );
  });

  it("fits the same letters however a keyboard composes them, and no look-alikes", async () => {
    const passwords = await passwordsAt();
    const hash = await passwords.hash("caf\u00e9 tractor sings");
    expect(await passwords.matches(hash, "cafe\u0301 tractor sings")).toBe(true);
    expect(await passwords.matches(hash, "cafe tractor sings")).toBe(false);
    expect(await passwords.matches(await passwords.hash("A tractor sings"), "\uff21 tractor sings")).toBe(
      false,
    );
  });

  it.each([
    ["missing", null],
    ["empty", ""],
    ["cut off", "$argon2id$v=19$m=64,t=1,p=1$abc"],
    ["of another kind", "$2b$10$abcdefghijklmnopqrstuuAbCdEfGhIjKlMnOpQrStUvWxYz01234"],
    ["the password itself", PASSWORD],
    [
      "with impossible costs",
      "$argon2id$v=19$m=0,t=0,p=0$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ],
  ])("that is %s lets nobody in, and is no crash", async (_what, hash) => {
    const passwords = await passwordsAt();
    expect(await passwords.matches(hash, PASSWORD).catch(String)).toBe(false);
  });

  it("costs the same where there is no account: one check of a hash made at today's cost", async () => {
    const passwords = await passwordsAt({ memoryKib: 72 });
    const verify = spyOnVerify();
    await passwords.matches(null, PASSWORD);
    await passwords.matches("damaged", PASSWORD);
    expect(verify).toHaveBeenCalledTimes(2);
    for (const [hash, password] of verify.mock.calls) {
      expect(hash).toContain("$m=72,t=1,p=1$");
      expect(password).toBe(PASSWORD);
    }
  });

  it("fails calmly, at full cost, when the hash was damaged in a way that only decoding it shows", async () => {
    const passwords = await passwordsAt();
    const hash = await passwords.hash(PASSWORD);
    const verify = spyOnVerify();
    const damaged = [1, 2, 3, 22].map((characters) => hash.slice(0, -characters));
    for (const stored of damaged) expect(await passwords.matches(stored, PASSWORD), stored).toBe(false);
    expect(verify.mock.calls.length).toBeGreaterThan(damaged.length);
  });

  it("is never made of an endless password, which fails like a wrong one", async () => {
    const passwords = await passwordsAt();
    const hash = await passwords.hash("");
    const verify = spyOnVerify();
    for (const hostile of ["x".repeat(1_000_000), `${PASSWORD}\0`, "\ud83d".repeat(20)])
      expect(await passwords.matches(hash, hostile)).toBe(false);
    expect(verify).toHaveBeenCalledTimes(3);
    for (const [, password] of verify.mock.calls) expect(password).toHaveLength(0);
  });

  it("is refused with a 503 when too many are waiting", async () => {
    const passwords = await passwordsAt({ concurrency: 1 });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 80 }, () => passwords.matches(null, PASSWORD)),
    );
    const refused = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    expect(refused).toHaveLength(80 - 1 - 64);
    for (const reason of refused) expect(reason).toBeInstanceOf(HashQueueFullError);
    expect(await passwords.matches(await passwords.hash(PASSWORD), PASSWORD)).toBe(true);
  });
});

describe("a hash of another library", () => {
  it("opens the account: argon2, which made the hashes before, and ours read each other's", async () => {
    const passwords = await passwordsAt();
    const cost = { memoryCost: 64, timeCost: 1, parallelism: 1 };
    const earlier = await earlierArgon2.hash(PASSWORD, { type: earlierArgon2.argon2id, ...cost });
    expect(await passwords.matches(earlier, PASSWORD)).toBe(true);
    expect(await passwords.matches(earlier, "not that one, surely")).toBe(false);
    expect(passwords.needsRehash(earlier)).toBe(false);
    expect(await earlierArgon2.verify(await passwords.hash(PASSWORD), PASSWORD)).toBe(true);
  });
});

describe("a hash of an older cost", () => {
  it("is seen, whether it was cheaper or dearer", async () => {
    const today = await passwordsAt();
    expect(today.needsRehash(await today.hash(PASSWORD))).toBe(false);
    for (const cost of [{ memoryKib: 72 }, { passes: 2 }])
      expect(today.needsRehash(await (await passwordsAt(cost)).hash(PASSWORD))).toBe(true);
  });

  it("is replaced when its owner logs in, and by nobody else", async () => {
    const db = await temporaryDatabase();
    const { id, password_hash: old } = await account(db, {
      passwordHash: await (await passwordsAt()).hash(PASSWORD),
    });
    const today = await passwordsAt({ passes: 2 });
    const stored = async () => (await findUserById(db, id))?.password_hash;

    expect(await checkCredentials(db, today, "ada@example.com", "not her password")).toBeNull();
    expect(await stored()).toBe(old);
    const user = await checkCredentials(db, today, "Ada@Example.com", PASSWORD);
    expect(user?.password_hash).toBe(await stored());
    expect(await stored()).toContain(",t=2,");
    expect((await checkCredentials(db, today, "ada@example.com", PASSWORD))?.id).toBe(id);
    expect(await checkCredentials(db, today, "nobody@example.com", PASSWORD)).toBeNull();
  });
});

function spyOnVerify() {
  const verify = vi.spyOn(argon2, "verify");
  onTestFinished(() => verify.mockRestore());
  return verify;
}
