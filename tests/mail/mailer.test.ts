// Mail is tried until it is sent, and says nothing secret on its way.
import { describe, expect, it } from "vitest";
import { policy } from "../../config/policy.ts";
import { createToken } from "../../src/accounts/tokens.ts";
import { countMails } from "../../src/mail/waiting-mails.ts";
import { account } from "../support/account.ts";
import { stopTheClock } from "../support/clock.ts";
import { temporaryDatabase } from "../support/storage.ts";
import { down, mailerOn } from "./mailer-on.ts";

describe("the mailer", () => {
  it("sends what was written, once, and keeps nothing of it", async () => {
    const db = await temporaryDatabase();
    const { send, deliverDue, sent, rows, logs } = mailerOn(db);
    await send(db, "hello", { to: "ada@example.com" });
    expect(sent).toEqual([]);
    await Promise.all([deliverDue(), deliverDue()]);
    expect(sent.map(({ to, subject }) => [to, subject])).toEqual([["ada@example.com", "Hello"]]);
    expect(await rows()).toEqual([]);
    expect(logs).toMatchObject([{ event: "mail-sent", kind: "hello", attempts: 1 }]);
  });

  it("sends nothing of a transaction that was rolled back", async () => {
    const db = await temporaryDatabase();
    const { send, deliverDue, sent } = mailerOn(db);
    const rolledBack = db.transaction().execute(async (trx) => {
      await send(trx, "hello", { to: "ada@example.com" });
      throw new Error("changed our mind");
    });
    await expect(rolledBack).rejects.toThrow("changed our mind");
    await deliverDue();
    expect(sent).toEqual([]);
  });

  it("tries again on the schedule, minute by minute, then gives up loudly and keeps the mail for the operator", async () => {
    const clock = stopTheClock();
    const db = await temporaryDatabase();
    let attempts = 0;
    const { send, deliverDue, logs } = mailerOn(db, async () => {
      attempts += 1;
      await down();
    });
    await send(db, "hello", { to: "ada@example.com" });
    await deliverDue();
    for (const [index, minutes] of policy.mail.retryDelaysMinutes.entries()) {
      expect(attempts).toBe(index + 1);
      clock.advance({ minutes: minutes - 1, seconds: 59 });
      await deliverDue();
      expect(attempts, `${minutes} minutes were not over`).toBe(index + 1);
      clock.advance({ seconds: 1 });
      await deliverDue();
    }
    expect(attempts).toBe(policy.mail.retryDelaysMinutes.length + 1);
    expect(await countMails(db)).toEqual({ waiting: 0, dead: 1 });
    expect(logs.map(({ event, level }) => `${event} ${level}`)).toEqual([
      ...Array(8).fill("mail-failed 40"),
      "mail-dead 50",
    ]);
    expect(logs.at(-1)).toMatchObject({ reason: "the provider is down", attempts: 9, kind: "hello" });
    clock.advance({ days: 30 });
    await deliverDue();
    expect(attempts).toBe(9);
  });

  it("arrives when the provider is back", async () => {
    const clock = stopTheClock();
    const db = await temporaryDatabase();
    let isDown = true;
    const { send, deliverDue, sent, rows } = mailerOn(db, () => (isDown ? down() : Promise.resolve()));
    await send(db, "hello", { to: "ada@example.com" });
    await deliverDue();
    isDown = false;
    clock.advance({ minutes: 1 });
    await deliverDue();
    expect(sent).toHaveLength(1);
    expect(await rows()).toEqual([]);
  });

  it("lets one bad mail hold up no other", async () => {
    const db = await temporaryDatabase();
    const { send, deliverDue, sent, rows } = mailerOn(db, ({ to }) =>
      to.startsWith("bad") ? down() : Promise.resolve(),
    );
    await send(db, "of no feature", {});
    for (const to of [
      "bad@example.com",
      "a@example.com",
      "bad@example.com",
      "b@example.com",
      "bad@example.com",
      "c@example.com",
    ])
      await send(db, "hello", { to });
    await deliverDue();
    expect(sent.map(({ to }) => to).sort()).toEqual(["a@example.com", "b@example.com", "c@example.com"]);
    expect((await rows()).map(({ attempts }) => attempts)).toEqual([1, 1, 1, 1]);
  });

  it("drops a mail when there is nobody to send it to, or its account is deleted", async () => {
    const db = await temporaryDatabase();
    const { compose, send, deliverDue, sent, rows, logs } = mailerOn(db);
    const { id } = await account(db);
    compose("to nobody", async () => null);
    await send(db, "to nobody", {});
    await send(db, "hello", { to: "ada@example.com" }, { userId: id });
    await db.deleteFrom("users").execute();
    await deliverDue();
    expect([sent, await rows(), logs]).toEqual([[], [], []]);
  });

  it("writes a token only into the mail: never into its table, never into the log, also when it fails", async () => {
    const db = await temporaryDatabase();
    const { id } = await account(db);
    const tokens: string[] = [];
    const { compose, send, deliverDue, rows, logs } = mailerOn(db, async ({ text }) => {
      throw Object.assign(new Error("refused"), { request: { body: text }, config: { auth: "the-key" } });
    });
    compose("reset", async (trx) => {
      tokens.push(
        await createToken(trx, { purpose: "reset", userId: id, address: "a", lifetimeMinutes: 60 }),
      );
      return {
        to: "ada@example.com",
        subject: "Reset",
        paragraphs: [],
        link: { label: "Open", url: `https://x/${tokens[0]}` },
      };
    });
    await send(db, "reset", { email: "ada@example.com" });
    await deliverDue();
    expect(tokens).toHaveLength(1);
    expect(logs).toHaveLength(1);
    expect(JSON.stringify([await rows(), logs])).not.toContain(tokens[0]);
    expect(JSON.stringify(logs)).not.toMatch(/the-key|ada@example/);
  });
});
