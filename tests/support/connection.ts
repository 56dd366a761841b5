// A visitor on one kept connection who knows whether an answer came whole. Faster and stricter than a Visitor.
import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { onTestFinished } from "vitest";

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  ms: number;
}

/** The connection ended before the answer did. */
export class BrokenOff extends Error {
  /** It was opened for this request, so it may never have been accepted. */
  readonly wasNew: boolean;
  constructor(message: string, wasNew: boolean, options: ErrorOptions) {
    super(message, options);
    this.wasNew = wasNew;
  }
}

export class Connection {
  readonly origin: string;
  readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
  cookie: string | undefined;

  constructor(origin: string) {
    this.origin = origin;
    onTestFinished(() => this.agent.destroy());
  }

  get(path: string): Promise<Answer> {
    return this.#send("GET", path, "");
  }

  post(path: string, fields: Record<string, string> = {}): Promise<Answer> {
    return this.#send("POST", path, new URLSearchParams(fields).toString());
  }

  /** Rejects with BrokenOff. */
  #send(method: string, path: string, body: string): Promise<Answer> {
    const start = performance.now();
    const headers: Record<string, string> = { accept: "text/html", "sec-fetch-site": "same-origin" };
    if (this.cookie) headers.cookie = this.cookie;
    if (body) headers["content-type"] = "application/x-www-form-urlencoded";
    return new Promise((resolve, reject) => {
      const fail = (error: NodeJS.ErrnoException) =>
        reject(new BrokenOff(`${method} ${path}: ${error.message}`, !sent.reusedSocket, { cause: error }));
      const sent = request(this.origin + path, { method, headers, agent: this.agent }, (answer) => {
        const [cookie] = answer.headers["set-cookie"] ?? [];
        if (cookie) this.cookie = cookie.split(";")[0];
        let text = "";
        answer.setEncoding("utf8").on("data", (piece) => {
          text += piece;
        });
        answer.once("error", fail);
        answer.once("end", () => {
          const { statusCode: status = 0, headers } = answer;
          resolve({ status, headers, text, ms: performance.now() - start });
        });
      });
      sent.once("error", fail);
      sent.end(body);
    });
  }
}
