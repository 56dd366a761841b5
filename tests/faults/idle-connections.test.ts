// Ten thousand connections that say nothing: others are served as ever, and the program is none the worse for it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type Answer, Connection } from "../support/connection.ts";
import { postgresServer } from "../support/storage.ts";
import { serveCompiled } from "./serve-compiled.ts";

const IDLE = 10_000;
const AT_ONCE = 500;
// Whatever says nothing is cut off after 15 seconds; here they shall all be there at once.
const policy = { server: { headersTimeoutSeconds: 300, requestTimeoutSeconds: 300 } };
const LONGEST_PAGE_MS = 4_000;
const MOST_MEGABYTES = 400;

const isPossible = !postgresServer && mayOpen(IDLE + 1_000);
if (!isPossible && !postgresServer)
  process.stderr.write(
    "Test of 10,000 idle connections skipped: it needs Linux and more open files (ulimit -n).\n",
  );

describe.skipIf(!isPossible)("ten thousand idle connections", { timeout: 90_000 }, () => {
  it("keep nobody waiting while they last, and leave nothing behind", async () => {
    const { origin, port, pid, process: server, ended, logs } = await serveCompiled({ policy });
    const visitor = new Connection(origin);
    const pages: Answer[] = [];
    const visit = async () => {
      pages.push(await visitor.get("/login"), await new Connection(origin).get("/"));
    };
    await visit();
    const openBefore = openFilesOf(pid);
    const idle: Socket[] = [];
    onTestFinished(() => {
      for (const socket of idle) socket.destroy();
    });
    while (idle.length < IDLE) {
      idle.push(...(await Promise.all(Array.from({ length: AT_ONCE }, () => opened(port)))));
      await visit();
    }
    expect(openFilesOf(pid)).toBeGreaterThan(IDLE);
    expect(megabytesOf(pid)).toBeLessThan(MOST_MEGABYTES);

    for (const socket of idle) socket.destroy();
    await vi.waitUntil(() => openFilesOf(pid) <= openBefore + 10, { timeout: 20_000, interval: 10 });
    await visit();
    expect(new Set(pages.map(({ status }) => status))).toEqual(new Set([200]));
    expect(Math.max(...pages.map(({ ms }) => ms))).toBeLessThan(LONGEST_PAGE_MS);
    expect(logs().filter(({ level }) => level !== "info")).toEqual([]);
    server.kill("SIGTERM");
    expect(await ended).toMatchObject({ code: 0, stderr: [] });
  });
});

function opened(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket));
    socket.on("error", reject);
  });
}

/** Node raises its limit by itself as far as it may, in our process as in the program's. */
function mayOpen(files: number): boolean {
  const limits = "/proc/self/limits";
  if (!existsSync(limits)) return false;
  const [, allowed] = /^Max open files +(\d+)/m.exec(readFileSync(limits, "utf8")) ?? [];
  return Number(allowed) >= files;
}

function openFilesOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

function megabytesOf(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}
