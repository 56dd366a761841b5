// Clients that drip: hundreds of them hold nobody up, and each is cut off by its time limit.
import { connect, type Socket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { Connection } from "../support/connection.ts";
import { describeOnSqlite, serveCompiled } from "./serve-compiled.ts";

// The real limits are 15 and 30 seconds, looked at every three.
const policy = { server: { headersTimeoutSeconds: 1, requestTimeoutSeconds: 2, checkEverySeconds: 0.2 } };
const OF_EACH_KIND = 100;
const DRIP_EVERY_MS = 100;
const LONGEST_PAGE_MS = 4_000;

const ENDLESS = "a".repeat(1_000);
const KINDS: Record<string, string> = {
  headers: `GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ${ENDLESS}`,
  body: `POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\n${ENDLESS}`,
  nothing: "",
};

/** Sends `head` at once and the rest of `text` a byte at a time; resolves with the first line it is told at the end. */
function drip(port: number, text: string): Promise<string> {
  const socket: Socket = connect(port, "127.0.0.1");
  const head = text.indexOf(ENDLESS);
  let [sent, told] = [Math.max(head, 0), ""];
  socket.write(text.slice(0, sent));
  const dripping = setInterval(() => {
    socket.write(text.slice(sent, sent + 1));
    sent += 1;
  }, DRIP_EVERY_MS);
  onTestFinished(() => void socket.destroy());
  socket.on("data", (piece) => {
    told += piece;
  });
  socket.on("error", () => {});
  return new Promise((resolve) => {
    socket.once("close", () => {
      clearInterval(dripping);
      resolve(told.split("\r\n")[0] ?? "");
    });
  });
}

describeOnSqlite("hundreds of clients that drip a byte at a time", { timeout: 60_000 }, () => {
  it("keep nobody waiting, and are cut off", async () => {
    const { origin, port, logs } = await serveCompiled({ policy });
    const slow = Object.values(KINDS).flatMap((text) =>
      Array.from({ length: OF_EACH_KIND }, () => drip(port, text)),
    );
    let cutOff = false;
    const all = Promise.all(slow).finally(() => {
      cutOff = true;
    });
    const visitor = new Connection(origin);
    const pages: { status: number; ms: number }[] = [];
    while (!cutOff) pages.push(await visitor.get("/login"));

    expect(new Set(await all)).toEqual(new Set(["HTTP/1.1 408 Request Timeout"]));
    expect(pages.length).toBeGreaterThan(10);
    for (const page of pages) {
      expect(page.status).toBe(200);
      expect(page.ms).toBeLessThan(LONGEST_PAGE_MS);
    }
    expect(logs().filter(({ level }) => level === "error")).toEqual([]);
  });
});
