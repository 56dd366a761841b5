// Mail survives a provider that is down, and a program that dies between its answer and the mail.
import { cpSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { describe, expect, it, onTestFinished } from "vitest";
import { startApp, type TestApp } from "../support/app.ts";
import { stopTheClock } from "../support/clock.ts";
import { changePolicy } from "../support/other-policy.ts";
import { postgresServer } from "../support/storage.ts";
import { ADA, GRACE } from "../support/visitor.ts";

interface Delivered {
  to: string;
  text: string;
}

/** A port of loopback on which nobody listens. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** The provider: `take` is asked for each mail, and an error it throws is what the provider answers. */
async function provider(port: number, take: (mail: Delivered) => void | Promise<void> = () => {}) {
  const delivered: Delivered[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData: (stream, { envelope }, done) => {
      const pieces: Buffer[] = [];
      stream.on("data", (piece: Buffer) => pieces.push(piece));
      stream.on("end", async () => {
        const text = Buffer.concat(pieces).toString().replace(/=\r\n/g, "").replace(/=3D/g, "=");
        const mail = { to: envelope.rcptTo.map(({ address }) => address).join(), text };
        try {
          await take(mail);
          delivered.push(mail);
          done();
        } catch (error) {
          done(error as Error);
        }
      });
    },
  });
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return delivered;
}

const smtp = (port: number) => ({ MAIL_TRANSPORT: "smtp", SMTP_URL: `smtp://127.0.0.1:${port}` });
const person = (number: number) => ({ ...ADA, email: `ada${number}@example.com` });
const backlog = async (app: TestApp) => (await app.visitor().get("/readyz")).body.mail;
const pathIn = ({ text }: { text: string }) =>
  new URL(/https?:\/\/\S+\/[\w-]{43}/.exec(text)?.[0] ?? "").pathname;

describe("while the provider is down", () => {
  it("mails wait, and every one arrives once when it is back, with a link that works", async () => {
    const clock = stopTheClock();
    const port = await freePort();
    const app = await startApp({ env: smtp(port) });
    const people = [1, 2, 3, 4, 5, 6].map(person);
    for (const one of people) await app.visitor().register(one);
    expect(await backlog(app)).toEqual({ waiting: 6, dead: 0 });
    for (const minutes of [0, 1, 4]) {
      clock.advance({ minutes });
      await app.mailer.deliverDue();
      expect(await backlog(app)).toEqual({ waiting: 6, dead: 0 });
    }
    const delivered = await provider(port);
    await app.mailer.deliverDue();
    expect(delivered).toEqual([]);
    clock.advance({ minutes: 15 });
    await Promise.all([app.mailer.deliverDue(), app.mailer.deliverDue()]);
    clock.advance({ days: 2 });
    await app.mailer.deliverDue();
    expect(delivered.map(({ to }) => to).sort()).toEqual(people.map(({ email }) => email));
    expect(await backlog(app)).toEqual({ waiting: 0, dead: 0 });
    expect(app.logs.filter(({ event }) => event === "mail-sent")).toHaveLength(6);
  });

  it("what it refuses is tried again alone, and the rest is not sent twice", async () => {
    const clock = stopTheClock();
    const port = await freePort();
    let busy = true;
    const delivered = await provider(port, ({ to }) => {
      if (busy && to === person(2).email)
        throw Object.assign(new Error("mailbox busy, try again"), { responseCode: 450 });
    });
    const app = await startApp({ env: smtp(port) });
    for (const number of [1, 2, 3]) await app.visitor().register(person(number));
    await app.mailer.deliverDue();
    expect(delivered.map(({ to }) => to).sort()).toEqual([person(1).email, person(3).email]);
    busy = false;
    clock.advance({ minutes: 1 });
    await app.mailer.deliverDue();
    expect(delivered.map(({ to }) => to).sort()).toEqual([1, 2, 3].map((number) => person(number).email));
  });

  it("nothing of a mail is kept but whom it is for: no link, no words", async () => {
    const clock = stopTheClock();
    const port = await freePort();
    const app = await startApp({ env: smtp(port) });
    const ada = app.visitor();
    await ada.register();
    await ada.fillIn("/forgot-password", { email: ADA.email });
    await app.mailer.deliverDue();
    const delivered = await provider(port);
    clock.advance({ minutes: 1 });
    await app.mailer.deliverDue();
    expect(delivered).toHaveLength(2);
    const tokens = delivered.flatMap(({ text }) => text.match(/(?<=\/)[\w-]{43}(?![\w-])/g) ?? []);
    expect(tokens.length).toBeGreaterThan(0);
    for (const secret of [...tokens, "Somebody, probably you"])
      for (const file of readdirSync(app.folder))
        expect(readFileSync(join(app.folder, file)).includes(secret), `${secret} in ${file}`).toBe(false);
    expect(
      (await ada.get(pathIn(delivered.find(({ text }) => text.includes("/reset-password/")) as Delivered)))
        .status,
    ).toBe(303);
  });

  it("links live from the moment their mail leaves, however late that is", async () => {
    const clock = stopTheClock();
    const port = await freePort();
    const app = await startApp({ env: smtp(port) });
    const ada = app.visitor();
    await ada.register();
    await ada.fillIn("/forgot-password", { email: ADA.email });
    await app.mailer.deliverDue();
    clock.advance({ hours: 5 });
    const delivered = await provider(port);
    await app.mailer.deliverDue();
    clock.advance({ minutes: 59 });
    const reset = delivered.find(({ text }) => text.includes("/reset-password/")) as Delivered;
    expect((await ada.get(pathIn(reset))).status).toBe(303);
  });
});

describe("a program that stops", () => {
  it("between its answer and the mail leaves it to the next one, which sends it once", async () => {
    changePolicy({ mail: { pauseMs: [60_000, 60_001] } });
    const first = await startApp();
    const answer = await first.visitor().post("/register", ADA);
    await first.visitor().post("/forgot-password", { email: ADA.email });
    expect(answer.status).toBe(303);
    await first.stop();

    const second = await startApp({ folder: first.folder });
    expect(await backlog(second)).toEqual({ waiting: 2, dead: 0 });
    await second.mailer.start();
    expect(await second.mailbox.to(ADA.email)).toHaveLength(2);
    const link = await second.mailbox.link(ADA.email, /Reset/, "/reset-password/");
    expect((await second.visitor().get(link)).status).toBe(303);
    await second.mailer.deliverDue();
    expect(await second.mailbox.to(ADA.email)).toHaveLength(2);
    expect(await backlog(second)).toEqual({ waiting: 0, dead: 0 });
  });

  it.skipIf(postgresServer)(
    "by kill -9 in the middle of sending leaves it to the next one, which sends at once what had no acknowledgement",
    async () => {
      const port = await freePort();
      let dead = "";
      const reached: string[] = [];
      const delivered = await provider(port, ({ to }) => {
        // Grace's mail was taken over, and the program knows it; at Ada's the program is killed.
        if (dead || to === GRACE.email) return;
        reached.push(to);
        dead = mkdtempSync(join(tmpdir(), "auth-flow-killed-"));
        cpSync(first.folder, dead, { recursive: true });
        throw new Error("too late");
      });
      const first = await startApp({ env: smtp(port) });
      await first.visitor().register(GRACE);
      await first.mailer.deliverDue();
      await first.visitor().register();
      await first.mailer.deliverDue();
      await first.stop();
      expect([reached, delivered.map(({ to }) => to)]).toEqual([[ADA.email], [GRACE.email]]);

      // The files as they lay on the disk at that moment.
      const second = await startApp({ folder: dead, env: smtp(port) });
      expect(await backlog(second)).toEqual({ waiting: 1, dead: 0 });
      await second.mailer.start();
      await second.mailer.deliverDue();
      expect(delivered.map(({ to }) => to)).toEqual([GRACE.email, ADA.email]);
      expect(await backlog(second)).toEqual({ waiting: 0, dead: 0 });
    },
  );
});
