import { describe, expect, it } from "vitest";
import { policy } from "../../config/policy.ts";
import { createAttempts } from "../../src/sign-in/attempts.ts";
import { HttpError } from "../../src/web/errors.ts";
import { createLimits } from "../../src/web/rate-limit.ts";
import { temporaryStorage } from "../support/storage.ts";

const ADDRESS = "ada@example.com";
const source = { ip: "192.0.2.1", network: "192.0.2.1", userAgent: "", requestId: "" };
const wrong = async () => null;
const right = async () => "Ada";
const busy = async () => {
  throw new Error("the queue is full");
};

async function attemptsOnNothing() {
  const { shortLived } = await temporaryStorage();
  return createAttempts(createLimits(shortLived, 1), () => {});
}

describe("an attempt at a password", () => {
  it("is no failure when we were too busy to look", async () => {
    const attempts = await attemptsOnNothing();
    for (let count = 0; count < 40; count += 1)
      await expect(attempts.check(ADDRESS, source, busy)).rejects.toThrow("the queue is full");
    expect(await attempts.check(ADDRESS, source, right)).toBe("Ada");
  });

  it("is refused before anybody looks, once there were five failures", async () => {
    const attempts = await attemptsOnNothing();
    for (let count = 0; count < 5; count += 1)
      expect(await attempts.check(ADDRESS, source, wrong)).toBeNull();
    let looked = false;
    const look = async () => {
      looked = true;
      return "Ada";
    };
    await expect(attempts.check(ADDRESS, source, look)).rejects.toBeInstanceOf(HttpError);
    expect(looked).toBe(false);
  });

  it("that was right makes its source known, also when it was sent twice", async () => {
    const attempts = await attemptsOnNothing();
    await Promise.all(Array.from({ length: 100 }, () => attempts.remember(ADDRESS, source)));
    for (let count = 0; count < policy.limits.loginByAccount.points; count += 1)
      await attempts.check(ADDRESS, { ...source, network: `192.0.2.${count + 2}` }, wrong);
    const stranger = { ...source, network: "198.51.100.1" };
    await expect(attempts.check(ADDRESS, stranger, right)).rejects.toBeInstanceOf(HttpError);
    expect(await attempts.check(ADDRESS, source, right)).toBe("Ada");
  });

  it("is free again at the source from which the owner reset the password, and only there", async () => {
    const attempts = await attemptsOnNothing();
    const elsewhere = { ...source, network: "198.51.100.1" };
    for (const from of [source, elsewhere])
      for (let count = 0; count < 5; count += 1) await attempts.check(ADDRESS, from, wrong);
    await attempts.forgive(ADDRESS, source);
    expect(await attempts.check(ADDRESS, source, right)).toBe("Ada");
    await expect(attempts.check(ADDRESS, elsewhere, right)).rejects.toBeInstanceOf(HttpError);
  });
});
