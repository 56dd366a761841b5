// A client that sends the next request before it has the answer to the first, and one that does not wait for any.
import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import express from "express";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { policy } from "../../config/policy.ts";
import { createHttpServer } from "../../src/http-server.ts";

const GET = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

/** /slow answers when `finish` is called. */
async function slowServer() {
  const app = express();
  const begun: string[] = [];
  const closed: string[] = [];
  let finish = () => {};
  const slow = new Promise<void>((resolve) => {
    finish = resolve;
  });
  app.use((req, res, next) => {
    begun.push(req.url);
    res.once("close", () => void closed.push(req.url));
    next();
  });
  app.get("/slow", (_req, res) => void slow.then(() => res.send("slow")));
  app.use((req, res) => void res.send(req.url));
  // Nothing here may need to be cut off: the test would not end in time.
  const { server, stop } = createHttpServer(app, { ...policy.server, stopWithinSeconds: 3_600 });
  onTestFinished(() => server.closeAllConnections());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { begun, closed, finish, server, stop };
}

async function client(server: { address(): unknown }): Promise<{ socket: Socket; told: () => string }> {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  let told = "";
  socket.on("data", (piece) => {
    told += piece;
  });
  await once(socket, "connect");
  return { socket, told: () => told };
}

describe("requests on one connection", () => {
  it("that nobody waits for any more are all forgotten, and do not hold up the end", async () => {
    const { begun, closed, server, stop } = await slowServer();
    const [{ socket }, idle] = [await client(server), await client(server)];
    socket.write(["/slow", "/1", "/2", "/3"].map(GET).join(""));
    await vi.waitFor(() => expect(begun).toHaveLength(4));
    socket.destroy();
    await vi.waitFor(() => expect(closed.toSorted()).toEqual(["/1", "/2", "/3", "/slow"]));
    await Promise.all([stop(), once(idle.socket, "close")]);
  });

  it("are all answered when the program stops, the last with the word that it is the last", async () => {
    const { begun, finish, server, stop } = await slowServer();
    const { socket, told } = await client(server);
    socket.write(GET("/slow"));
    await vi.waitFor(() => expect(begun).toHaveLength(1));
    const stopped = stop();
    socket.write(GET("/behind"));
    await vi.waitFor(() => expect(begun).toHaveLength(2));
    finish();
    await Promise.all([stopped, once(socket, "close")]);
    const [, slow = "", behind = ""] = told().split("HTTP/1.1 200 OK");
    expect([slow, behind]).toEqual([expect.stringContaining("slow"), expect.stringContaining("/behind")]);
    expect([/Connection: close/.test(slow), /Connection: close/.test(behind)]).toEqual([false, true]);
  });

  it("are all answered also when the second was done before the program was told to stop", async () => {
    const { begun, finish, server, stop } = await slowServer();
    const { socket, told } = await client(server);
    socket.write(GET("/slow") + GET("/behind"));
    await vi.waitFor(() => expect(begun).toHaveLength(2));
    const stopped = stop();
    finish();
    await Promise.all([stopped, once(socket, "close")]);
    expect(told()).toMatch(/slow[\s\S]+\/behind$/);
  });

  it("are refused when they have more headers, or longer ones, than a browser would send", async () => {
    const { server } = await slowServer();
    const status = async (headers: string) => {
      const { socket, told } = await client(server);
      socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`);
      await vi.waitFor(() => expect(told()).toContain("\r\n\r\n"));
      return told().slice("HTTP/1.1 ".length).slice(0, 3);
    };
    expect(await status("X-A: b\r\n".repeat(80))).toBe("200");
    expect(await status("X-A: b\r\n".repeat(200))).toBe("431");
    expect(await status(`Cookie: ${"c".repeat(20_000)}\r\n`)).toBe("431");
  });
});
