// Mail is sent once, though programs share a file, die or are stopped.
import { sql } from "kysely";
import { describe, expect, it, vi } from "vitest";
import { policy } from "../../config/policy.ts";
import { claimMails } from "../../src/mail/waiting-mails.ts";
import { administrator } from "../support/administrator.ts";
import { stopTheClock } from "../support/clock.ts";
import { changePolicy } from "../support/other-policy.ts";
import {
  databaseUrlIn,
  postgresServer,
  temporaryDatabase,
  temporaryFolder,
  temporaryStorage,
} from "../support/storage.ts";
import { mailerOn } from "./mailer-on.ts";

describe("the mailer", () => {
  it("sends each mail once, though two programs work on one file", async () => {
    const folder = temporaryFolder();
    const [one, other] = [
      mailerOn((await temporaryStorage(folder)).db),
      mailerOn((await temporaryStorage(folder)).db),
    ];
    const { db } = await temporaryStorage(folder);
    for (let count = 0; count < 30; count += 1) await one.send(db, "hello", { to: `${count}@example.com` });
    await Promise.all([one.deliverDue(), other.deliverDue()]);
    const recipients = [...one.sent, ...other.sent].map(({ to }) => to);
    expect(recipients).toHaveLength(30);
    expect(new Set(recipients).size).toBe(30);
    expect(one.sent.length * other.sent.length).toBeGreaterThan(0);
  });

  it.skipIf(postgresServer)("sends after a restart what a program that died had claimed", async () => {
    const db = await temporaryDatabase();
    const dying = mailerOn(db);
    await dying.send(db, "hello", { to: "ada@example.com" });
    await db
      .updateTable("mails")
      .set({ claimed_until: Date.now() + 60_000 })
      .execute();
    await dying.deliverDue();
    expect(dying.sent).toEqual([]);
    const restarted = mailerOn(db);
    await restarted.start();
    await restarted.deliverDue();
    expect(restarted.sent).toHaveLength(1);
    expect(await restarted.rows()).toEqual([]);
  });

  it.runIf(postgresServer)(
    "leaves at its start what another program may be sending at this moment",
    async () => {
      const db = await temporaryDatabase();
      const { deliverDue, rows, send, sent, start } = mailerOn(db);
      await send(db, "hello", { to: "ada@example.com" });
      await db
        .updateTable("mails")
        .set({ claimed_until: Date.now() + 60_000 })
        .execute();
      await start();
      await deliverDue();
      expect(sent).toEqual([]);
      expect(await rows()).toHaveLength(1);
    },
  );

  it.runIf(postgresServer)("passes over what another program is taking at this moment", async () => {
    const db = await temporaryDatabase();
    const { send } = mailerOn(db);
    const total = 2 * policy.mail.sendsAtOnce;
    for (let count = 0; count < total; count += 1) await send(db, "hello", { to: `${count}@example.com` });
    const claimed = await db.transaction().execute(async (trx) => {
      const here = await claimMails(trx, Date.now());
      // Nothing is committed yet. Whoever waited for it would wait for ever, because it waits for them.
      return [...here, ...(await claimMails(db, Date.now()))];
    });
    expect(new Set(claimed.map(({ id }) => id)).size).toBe(total);
  });

  it.runIf(postgresServer)("takes a few at a time, whatever PostgreSQL takes the table for", async () => {
    const db = await temporaryDatabase();
    const { send } = mailerOn(db);
    await send(db, "hello", { to: "0@example.com" });
    // For a table of one row it asks "which are due?" anew for each that it finds.
    await sql`ANALYZE mails`.execute(db);
    for (let count = 1; count < 12; count += 1) await send(db, "hello", { to: `${count}@example.com` });
    expect(await claimMails(db, Date.now())).toHaveLength(policy.mail.sendsAtOnce);
  });

  it.runIf(postgresServer)(
    "sends no mail again whose row could not be deleted when it was sent",
    async () => {
      changePolicy({ database: { queryWithinSeconds: 0.3, answerWithinSeconds: 0.6 } });
      const clock = stopTheClock();
      const folder = temporaryFolder();
      const { db } = await temporaryStorage(folder);
      const admin = await administrator(await databaseUrlIn(folder));
      const one = mailerOn(
        db,
        async () => void (await admin.query("BEGIN; LOCK TABLE mails IN EXCLUSIVE MODE")),
      );
      const other = mailerOn(db);
      await one.send(db, "hello", { to: "ada@example.com" });
      await one.deliverDue();
      await admin.query("COMMIT");
      expect(await one.rows()).toHaveLength(1);
      clock.advance({ seconds: policy.mail.pollSeconds });
      await one.deliverDue();
      clock.advance({ days: 1 });
      await other.deliverDue();
      expect([one.sent.length, other.sent.length]).toEqual([1, 0]);
    },
  );

  it("sends no mail again that its provider takes over at the very moment when it is claimed again", async () => {
    changePolicy({ mail: { deliverWithinSeconds: 0.1 } });
    const clock = stopTheClock();
    let takeOver = () => {};
    let onClaim = () => {};
    const db = (await temporaryDatabase()).withPlugin({
      transformQuery: ({ node }) => {
        if (node.kind === "UpdateQueryNode") onClaim();
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const { send, deliverDue, sent } = mailerOn(
      db,
      () =>
        new Promise((resolve) => {
          takeOver = resolve;
        }),
    );
    await send(db, "hello", { to: "ada@example.com" });
    await deliverDue();
    expect(sent).toEqual([]);
    clock.advance({ minutes: 2 });
    onClaim = () => takeOver();
    await deliverDue();
    expect(sent).toHaveLength(1);
  });

  it("is done with a mail when its provider is, however long the others take", async () => {
    let finish = () => {};
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const db = await temporaryDatabase();
    const { send, deliverDue, rows } = mailerOn(db, ({ to }) =>
      to.startsWith("slow") ? slow : Promise.resolve(),
    );
    for (const name of ["slow", "a", "b", "c"]) await send(db, "hello", { to: `${name}@example.com` });
    const delivery = deliverDue();
    await vi.waitFor(async () => expect(await rows()).toHaveLength(1));
    finish();
    await delivery;
    expect(await rows()).toEqual([]);
  });

  it("takes over a claim that has run out, without a restart", async () => {
    const clock = stopTheClock();
    const db = await temporaryDatabase();
    const { send, deliverDue, sent } = mailerOn(db);
    await send(db, "hello", { to: "ada@example.com" });
    await db
      .updateTable("mails")
      .set({ claimed_until: Date.now() + 60_000 })
      .execute();
    clock.advance({ seconds: 61 });
    await deliverDue();
    expect(sent).toHaveLength(1);
  });

  it("that is stopped finishes the mails under way and begins no other", async () => {
    const db = await temporaryDatabase();
    const releases: (() => void)[] = [];
    let begun = () => {};
    const allBegun = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const { send, deliverDue, stop, sent, rows } = mailerOn(db, () => {
      if (releases.length + 1 === policy.mail.sendsAtOnce) begun();
      return releases.length < policy.mail.sendsAtOnce
        ? new Promise((resolve) => releases.push(resolve))
        : Promise.resolve();
    });
    for (let count = 0; count < 12; count += 1) await send(db, "hello", { to: `${count}@example.com` });
    void deliverDue();
    await allBegun;
    const stopped = stop();
    for (const release of releases) release();
    await stopped;
    expect(sent).toHaveLength(policy.mail.sendsAtOnce);
    expect(await rows()).toHaveLength(12 - policy.mail.sendsAtOnce);
  });
});
