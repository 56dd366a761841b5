// Requests exactly as they are written, over connections that are kept: fetch and supertest would tidy them up.
import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { onTestFinished } from "vitest";

export interface Written {
  method: string;
  /** With its query. */
  path: string;
  headers: Record<string, string | string[]>;
  /** One character for each byte. */
  body?: string;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** Sends one request and resolves with the whole answer; rejects when the connection breaks. */
export type Ask = (written: Written) => Promise<Answer>;

/** Closed when the test is over. */
export function wireTo(origin: string, connections: number): Ask {
  const { hostname, port } = new URL(origin);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  onTestFinished(() => agent.destroy());
  return ({ method, path, headers, body = "" }) =>
    new Promise((resolve, reject) => {
      const length = body === "" ? {} : { "content-length": String(body.length) };
      const sent = request(
        { agent, hostname, port, method, path, headers: { ...length, ...headers } },
        (answer) => {
          const pieces: Buffer[] = [];
          answer.on("data", (piece) => pieces.push(piece)).once("error", reject);
          answer.once("end", () =>
            resolve({
              status: answer.statusCode ?? 0,
              headers: answer.headers,
              text: Buffer.concat(pieces).toString(),
            }),
          );
        },
      );
      sent.once("error", reject).end(body, "latin1");
    });
}
