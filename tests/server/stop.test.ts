import { connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { Connection } from "../support/connection.ts";
import { freePort } from "../support/free-port.ts";
import { Mailbox } from "../support/mailbox.ts";
import { temporaryFolder } from "../support/storage.ts";
import { ADA, loggedIn, Visitor } from "../support/visitor.ts";
import { serve } from "./program.ts";

/** A request that is sent in two halves, so that it is under way for as long as the test wants. */
async function halfARequest(port: number, first: string, second: string) {
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  let answer = "";
  socket.on("data", (piece) => {
    answer += piece;
  });
  const closed = new Promise<string>((resolve) => socket.once("close", () => resolve(answer)));
  socket.on("error", () => {});
  await new Promise<void>((resolve) => socket.write(first, () => resolve()));
  return { finish: () => void socket.write(second), closed };
}

const visitorOf = ({ origin }: { origin: string }) => new Visitor(origin, Mailbox.at(origin));

describe("stopping the program", () => {
  it("with SIGTERM finishes what is under way, says that it is not ready, takes nothing new, and ends with 0", async () => {
    const port = await freePort();
    const program = await serve({ folder: temporaryFolder(), port });
    const head = `Host: 127.0.0.1:${port}\r\nAccept: text/html\r\n`;
    const form = "email=ada%40example.com&password=not+her+password";
    const login = await halfARequest(
      port,
      `POST /login HTTP/1.1\r\n${head}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${form.length}\r\n\r\nemail=`,
      form.slice("email=".length),
    );
    const ready = await halfARequest(port, `GET /readyz HTTP/1.1\r\n${head}`, "\r\n");
    // Its answer shows that the program has read what was sent before it.
    expect((await fetch(`${program.origin}/healthz`)).status).toBe(200);

    program.process.kill("SIGTERM");
    await program.logged(/^stopping$/);
    await expect(new Connection(program.origin).get("/healthz")).rejects.toThrow(
      // Refused by the system, or reset because it had been accepted there but not yet by the program.
      /ECONNREFUSED|ECONNRESET/,
    );
    const start = Date.now();
    ready.finish();
    expect(await ready.closed).toMatch(/^HTTP\/1\.1 503 [\s\S]*"status":"stopping"/);
    login.finish();
    expect(await login.closed).toMatch(/^HTTP\/1\.1 422 [\s\S]*is not correct/);
    expect(await program.ended).toMatchObject({ code: 0, signal: null, stderr: [] });
    expect(program.logs().at(-1)).toMatchObject({ msg: "stopped" });
    expect(Date.now() - start, "nothing was under way any more").toBeLessThan(5000);
  });

  it("twice is the same as once, and an idle visitor does not hold it up", async () => {
    const port = await freePort();
    const program = await serve({ folder: temporaryFolder(), port });
    const idle = connect(port, "127.0.0.1");
    onTestFinished(() => void idle.destroy());
    await new Promise<void>((resolve) => idle.once("connect", resolve));
    expect((await fetch(`${program.origin}/healthz`)).status).toBe(200);
    const start = Date.now();
    program.process.kill("SIGINT");
    program.process.kill("SIGTERM");
    expect(await program.ended).toMatchObject({ code: 0, signal: null });
    expect(Date.now() - start).toBeLessThan(5000);
    expect(program.logs().filter(({ msg }) => msg === "stopping")).toHaveLength(1);
  });

  it("by force loses nothing that was answered: account, login and mail are there after the restart", async () => {
    const [folder, port] = [temporaryFolder(), await freePort()];
    const first = await serve({ folder, port });
    const ada = await loggedIn(visitorOf(first));
    const other = visitorOf(first);
    expect((await other.fillIn("/forgot-password", { email: ADA.email })).status).toBe(303);
    first.process.kill("SIGKILL");
    expect((await first.ended).signal).toBe("SIGKILL");

    const second = await serve({ folder, port });
    expect((await ada.get("/dashboard")).text).toContain("Ada");
    expect((await visitorOf(second).logIn()).status).toBe(303);
    const link = await Mailbox.at(second.origin).link(ADA.email, /Reset/, "/reset-password/");
    expect((await other.get(link)).status).toBe(303);
  });
});
