// What a visitor notices of the mail: nothing. The answer comes first, whatever the provider does.

import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { countMails } from "../../src/mail/waiting-mails.ts";
import { startApp } from "../support/app.ts";
import { stopTheClock } from "../support/clock.ts";
import { changePolicy } from "../support/other-policy.ts";
import { ADA, registered } from "../support/visitor.ts";
import { part, smtpServer } from "./smtp-server.ts";

/** A port where nothing listens: it was free a moment ago. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Without verification, because its link would be in a mail that is not in our mailbox. */
const smtp = (port: number) => ({
  MAIL_TRANSPORT: "smtp",
  SMTP_URL: `smtp://127.0.0.1:${port}`,
  REQUIRE_EMAIL_VERIFICATION: "false",
});

describe("mail", () => {
  it("is in the database before the answer, and leaves after it", async () => {
    changePolicy({ mail: { pauseMs: [1_500, 1_501] } });
    let arrived = (_source: string) => {};
    const arrival = new Promise<string>((resolve) => {
      arrived = resolve;
    });
    const { port, delivered } = await smtpServer({ onDelivered: ({ source }) => arrived(source) });
    const app = await startApp({ env: smtp(port) });
    const answer = await app.visitor().register();
    expect(answer.status).toBe(303);
    expect(delivered).toEqual([]);
    expect(await countMails(app.storage.db)).toEqual({ waiting: 1, dead: 0 });
    expect(part(await arrival, "text/plain")).toContain(app.origin);
    await app.mailer.deliverDue();
    expect(await countMails(app.storage.db)).toEqual({ waiting: 0, dead: 0 });
    expect(delivered).toHaveLength(1);
  });

  it("makes no page wait for a provider that says nothing", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const sockets: { destroy(): void }[] = [];
    silent.on("connection", (socket) => sockets.push(socket));
    const connected = new Promise((resolve) => silent.once("connection", resolve));
    const hangUp = () => {
      for (const socket of sockets) socket.destroy();
      silent.close();
    };
    const app = await startApp({ env: smtp((silent.address() as AddressInfo).port) });
    onTestFinished(hangUp);
    const visitor = app.visitor();
    await visitor.register();
    await connected;
    expect((await visitor.logIn()).status).toBe(303);
    expect((await visitor.get("/dashboard")).status).toBe(200);
    expect((await app.visitor().fillIn("/forgot-password", { email: ADA.email })).status).toBe(303);
    hangUp();
  });

  it("breaks no page when the provider is down: the visitor is answered, the operator reads why", async () => {
    const app = await startApp({ env: smtp(await closedPort()) });
    const visitor = await registered(app.visitor());
    const answer = await visitor.fillIn("/forgot-password", { email: ADA.email });
    expect([answer.status, answer.headers.location]).toEqual([303, "/forgot-password"]);
    await app.mailer.deliverDue();
    const failures = app.logs.filter(({ event }) => event === "mail-failed");
    expect(failures).toHaveLength(2);
    expect(failures.map(({ kind }) => kind)).toContain("password-reset");
    for (const failure of failures)
      expect(failure).toMatchObject({ level: 40, attempts: 1, retryInMinutes: 1 });
    expect(JSON.stringify(app.logs)).not.toContain(ADA.email);
    expect((await visitor.logIn()).status).toBe(303);
    const ready = await visitor.get("/readyz");
    expect([ready.status, ready.body]).toEqual([200, { status: "ready", mail: { waiting: 2, dead: 0 } }]);
  });

  it("survives a restart in the middle, and the link in it works", async () => {
    const clock = stopTheClock();
    const first = await startApp({ env: smtp(await closedPort()) });
    await registered(first.visitor());
    await first.visitor().fillIn("/forgot-password", { email: ADA.email });
    await first.stop();
    const second = await startApp({ folder: first.folder });
    await second.mailer.start();
    // It may have been tried once before the stop.
    clock.advance({ minutes: 1 });
    const path = await second.mailbox.link(ADA.email, /Reset/, "/reset-password/");
    expect((await second.visitor().get(path)).status).toBe(303);
    expect(await second.mailbox.to(ADA.email)).toHaveLength(2);
  });

  it("is never in the database with a token, however long it waits", async () => {
    const app = await startApp({ env: smtp(await closedPort()) });
    const visitor = await registered(app.visitor());
    await visitor.fillIn("/forgot-password", { email: ADA.email });
    const rows = async () => JSON.stringify(await app.storage.db.selectFrom("mails").selectAll().execute());
    expect(await rows()).toContain("password-reset");
    expect(await rows()).not.toMatch(/reset-password\/|[\w-]{43}/);
    await app.mailer.deliverDue();
    expect(await rows()).not.toMatch(/reset-password\/|[\w-]{43}/);
    const tokens = app.storage.db.selectFrom("tokens").selectAll().where("purpose", "=", "password-reset");
    expect(await tokens.execute()).toHaveLength(1);
  });
});
