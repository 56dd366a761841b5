// What an operator reads on stdout, and what nobody must ever read there.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { freePort } from "../support/free-port.ts";
import { Mailbox } from "../support/mailbox.ts";
import { temporaryFolder } from "../support/storage.ts";
import { ADA, registered, Visitor } from "../support/visitor.ts";
import { compiledServer } from "./compiled.ts";
import { serve } from "./program.ts";

const WRONG = "not her password at all";
const NEW = "eleven otters paint the ceiling";
const LAST = "a quiet harbour under green lamps";

describe("the log of a whole journey", () => {
  it("is one JSON object a line, with what an operator needs and no password, token, cookie or mail", async () => {
    const port = await freePort();
    const program = await serve({ folder: temporaryFolder(), port });
    const mailbox = Mailbox.at(program.origin);
    const ada = new Visitor(program.origin, mailbox);
    const cookies = new Set<string>();
    const step = async (answer: PromiseLike<{ status: number }>, status: number) => {
      expect((await answer).status).toBe(status);
      if (ada.cookie) cookies.add(ada.cookie);
    };
    await registered(ada);
    await step(ada.logIn({ ...ADA, password: WRONG }), 422);
    await step(ada.logIn(), 303);
    await step(ada.get("/dashboard?secret=in-the-query"), 200);
    await step(ada.fillIn("/change-password", { currentPassword: ADA.password, password: NEW }), 303);
    await step(ada.post("/logout"), 303);
    await step(ada.fillIn("/forgot-password", { email: ADA.email }), 303);
    const link = await mailbox.link(ADA.email, /Reset/, "/reset-password/");
    await step(ada.get(link), 303);
    await step(ada.fillIn("/reset-password", { password: LAST }), 303);
    await step(ada.get(link), 410);
    await step(ada.get("/no/such/page"), 404);
    await step(ada.post("/login", { email: ADA.email, password: "x".repeat(20_000) }), 413);
    await step(
      ada.post("/login", { email: ADA.email, password: WRONG }, { "sec-fetch-site": "cross-site" }),
      403,
    );
    await step(ada.logIn({ ...ADA, password: LAST }), 303);
    const mails = await mailbox.to(ADA.email);
    program.process.kill("SIGTERM");
    const { code, stdout, stderr } = await program.ended;
    expect([code, stderr]).toEqual([0, []]);

    const lines = stdout.map((line) => JSON.parse(line) as Record<string, unknown>);
    for (const line of lines) {
      expect(Number.isNaN(Date.parse(String(line.time)))).toBe(false);
      expect(["info", "warn", "error"]).toContain(line.level);
    }
    expect(lines.filter(({ level }) => level !== "info")).toEqual([]);

    const requests = lines.filter(({ method }) => method);
    for (const request of requests)
      expect(request).toMatchObject({
        requestId: expect.stringMatching(/^[\w-]{36}$/),
        status: expect.any(Number),
        ms: expect.any(Number),
      });
    expect(requests.map(({ method, route, status }) => `${method} ${route} ${status}`)).toEqual(
      expect.arrayContaining([
        ...["POST /register 303", "POST /login 422", "POST /login 303", "GET /dashboard 200"],
        ...["GET /reset-password/:token 303", "GET /reset-password/:token 410", "GET null 404"],
      ]),
    );

    const events = lines.filter(({ event, outcome }) => event && outcome);
    expect(events.map(({ event, outcome }) => `${event} ${outcome}`)).toEqual([
      ...[
        "register success",
        "email-verified success",
        "login failure",
        "login success",
        "password-changed success",
      ],
      ...["logout success", "password-reset success", "login success"],
    ]);
    for (const event of events)
      expect(event).toMatchObject({ ip: "127.0.0.1", requestId: expect.any(String) });
    expect(new Set(events.map(({ userId }) => userId)).size).toBe(1);

    const log = stdout.join("\n");
    const token = link.split("/").at(-1) ?? "";
    expect(token).toHaveLength(43);
    expect(cookies.size).toBeGreaterThanOrEqual(4);
    const secrets = [
      ADA.password,
      WRONG,
      NEW,
      LAST,
      token,
      "in-the-query",
      `reset-password/${token.slice(0, 8)}`,
    ];
    for (const cookie of cookies)
      secrets.push(cookie, decodeURIComponent(cookie).split(".")[0]?.slice(2) ?? cookie);
    for (const { text, subject } of mails) secrets.push(subject, text.slice(0, 40));
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(5);
      expect(log.includes(secret), secret).toBe(false);
      expect(log.includes(encodeURIComponent(secret)), secret).toBe(false);
    }
  });
});

it("a log on a full disk stops nobody", async () => {
  const [folder, PORT] = [temporaryFolder(), String(await freePort())];
  const fullDisk = openSync("/dev/full", "w");
  const env = { PATH: process.env.PATH, PORT, NODE_ENV: "development", SESSION_SECRET: "s".repeat(32) };
  const program = spawn(process.execPath, [await compiledServer()], {
    cwd: folder,
    env,
    stdio: ["ignore", fullDisk, "inherit"],
  });
  onTestFinished(() => void program.kill("SIGKILL"));
  closeSync(fullDisk);
  const pages = () => fetch(`http://127.0.0.1:${PORT}/login`);
  await vi.waitFor(pages, { timeout: 10_000 });
  expect((await pages()).status).toBe(200);
  program.kill("SIGTERM");
  expect(await once(program, "exit")).toEqual([0, null]);
});
