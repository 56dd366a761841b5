// A Mailjet of our own on loopback: answers as it is told, and remembers what it was asked.
import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface Received {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Closed when the test is over. */
export async function fakeMailjet(answer: RequestListener): Promise<{ received: Received[]; port: number }> {
  const received: Received[] = [];
  const server = createServer((req, res) => {
    let body = "";
    req.on("data", (piece) => {
      body += piece;
    });
    req.on("end", () => {
      received.push({ method: req.method, url: req.url, headers: req.headers, body });
      answer(req, res);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { received, port };
}

export const answering =
  (status: number, body: string): RequestListener =>
  (_req, res) =>
    void res.writeHead(status, { "content-type": "application/json" }).end(body);
