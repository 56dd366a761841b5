import { describe, expect, it } from "vitest";
import { startApp, type TestApp } from "../support/app.ts";
import { stopTheClock } from "../support/clock.ts";
import { ADA, GRACE, registered } from "../support/visitor.ts";

const env = { RATE_LIMIT_SCALE: "1" };
const behindProxy = { ...env, TRUST_PROXY: "1" };
const WRONG = "not her password at all";

function from(app: TestApp, address: string) {
  const visitor = app.visitor();
  visitor.headers = { "x-forwarded-for": address };
  return visitor;
}

async function guess(app: TestApp, times: number, email = ADA.email, address = "192.0.2.1") {
  const statuses: number[] = [];
  for (let count = 0; count < times; count++)
    statuses.push((await from(app, address).post("/login", { email, password: WRONG })).status);
  return statuses;
}

describe("POST /login, tried too often", () => {
  it("stops after five failures from one source, even with the right password, for fifteen minutes", async () => {
    const clock = stopTheClock();
    const app = await startApp({ env });
    const ada = await registered(app.visitor());
    expect(await guess(app, 6)).toEqual([422, 422, 422, 422, 422, 429]);
    const refused = await ada.logIn();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect(Number(refused.headers["retry-after"])).toBeLessThanOrEqual(15 * 60);
    expect(refused.text).toContain("Too many attempts");
    expect(refused.text).toContain('href="/forgot-password"');
    expect(refused.text).not.toContain(ADA.password);
    clock.advance({ minutes: 15, seconds: 1 });
    expect((await ada.logIn()).status).toBe(303);
  });

  it("answers alike for an address that nobody has", async () => {
    const app = await startApp({ env });
    await registered(app.visitor());
    expect(await guess(app, 6, "nobody@example.com")).toEqual(await guess(app, 6));
  });

  it("counts every spelling of an address as the same", async () => {
    const app = await startApp({ env });
    await guess(app, 3, "ada@example.com");
    expect(await guess(app, 3, " ADA@example.COM ")).toEqual([422, 422, 429]);
  });

  it("starts anew after a success", async () => {
    const app = await startApp({ env });
    await registered(app.visitor());
    for (let round = 0; round < 3; round++) {
      expect(await guess(app, 4)).toEqual([422, 422, 422, 422]);
      expect((await app.visitor().logIn()).status).toBe(303);
    }
  });

  it("leaves other accounts alone, until one source has failed thirty times", async () => {
    const app = await startApp({ env: behindProxy });
    await registered(app.visitor(), GRACE);
    await guess(app, 5);
    expect((await from(app, "192.0.2.1").logIn(GRACE)).status).toBe(303);
    for (let number = 0; number < 25; number++) await guess(app, 1, `nobody${number}@example.com`);
    expect((await from(app, "192.0.2.1").logIn(GRACE)).status).toBe(429);
    expect((await from(app, "192.0.2.2").logIn(GRACE)).status).toBe(303);
  });

  it("stops a hundred sources that guess at one account, but never where its owner logged in before", async () => {
    const app = await startApp({ env: behindProxy });
    await registered(app.visitor());
    expect((await from(app, "198.51.100.7").logIn()).status).toBe(303);
    const guesses = Array.from({ length: 101 }, (_, n) => guess(app, 1, ADA.email, `10.0.${n}.1`));
    const statuses = (await Promise.all(guesses)).flat();
    expect(statuses.filter((status) => status !== 429).length).toBeLessThanOrEqual(100);
    expect(statuses).toContain(429);
    expect((await from(app, "203.0.113.9").logIn()).status).toBe(429);
    expect((await from(app, "198.51.100.7").logIn()).status).toBe(303);
  });

  it("lets an owner in from anywhere again who reset the password by mail", async () => {
    const app = await startApp({ env: behindProxy });
    await registered(app.visitor());
    for (let n = 0; n < 101; n++) await guess(app, 1, ADA.email, `10.0.${n}.1`);
    const owner = from(app, "203.0.113.9");
    expect((await owner.logIn()).status).toBe(429);
    await owner.fillIn("/forgot-password", { email: ADA.email });
    await owner.get(await app.mailbox.link(ADA.email, /Reset/, "/reset-password/"));
    const password = "eleven copper kites at noon";
    expect((await owner.fillIn("/reset-password", { password })).status).toBe(303);
    expect((await owner.logIn({ ...ADA, password })).status).toBe(303);
  });

  it("believes no forwarded address unless TRUST_PROXY says so", async () => {
    const app = await startApp({ env });
    const statuses = await Promise.all(
      [1, 2, 3, 4, 5, 6, 7].map((n) => guess(app, 1, ADA.email, `10.0.${n}.1`)),
    );
    expect(statuses.flat().filter((status) => status === 422)).toHaveLength(5);
  });

  it("counts what a client writes before the proxy's own entry for nothing", async () => {
    const app = await startApp({ env: behindProxy });
    for (let n = 0; n < 5; n++) await guess(app, 1, ADA.email, `10.0.0.${n}, 192.0.2.1`);
    expect(await guess(app, 1, ADA.email, "10.0.0.99, 192.0.2.1")).toEqual([429]);
  });

  it("counts one customer's IPv6 network as one source", async () => {
    const app = await startApp({ env: behindProxy });
    for (let n = 0; n < 5; n++) await guess(app, 1, ADA.email, `2001:db8:1:2::${n}`);
    expect(await guess(app, 1, ADA.email, "2001:db8:1:2:ffff::1")).toEqual([429]);
    expect(await guess(app, 1, ADA.email, "2001:db8:1:3::1")).toEqual([422]);
  });

  it("forgets nothing when the program is started again", async () => {
    const app = await startApp({ env });
    await guess(app, 6);
    await app.stop();
    const again = await startApp({ env, folder: app.folder });
    expect(await guess(again, 1)).toEqual([429]);
  });

  it("lets no more through when a hundred guesses come at once", async () => {
    const app = await startApp({ env });
    await registered(app.visitor());
    const guesses = await Promise.all(Array.from({ length: 100 }, () => guess(app, 1)));
    expect(guesses.flat().filter((status) => status !== 429)).toHaveLength(5);
  });
});
