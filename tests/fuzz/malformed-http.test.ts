// What no client should send, byte by byte over a plain socket: it is refused or the connection ends, and the program goes on.
import { connect } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { startApp, type TestApp } from "../support/app.ts";
import { ADA, loggedIn } from "../support/visitor.ts";
import { HOST, line, malformed } from "./malformed-requests.ts";
import { oddBytes } from "./odd-text.ts";
import { tries } from "./seed.ts";
import { wireTo } from "./wire.ts";

const FORM = "Content-Type: application/x-www-form-urlencoded\r\n";

/** Everything that comes back until the connection is closed: by the server, or by us when `until` is over. */
function sent({ origin }: TestApp, bytes: string, until?: () => Promise<unknown>): Promise<string> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let answer = "";
    socket.setEncoding("latin1").on("data", (piece) => {
      answer += piece;
    });
    // A reset is one of the ways to be refused.
    socket.once("error", () => {});
    socket.once("close", () => resolve(answer));
    socket.write(bytes, "latin1", () => void until?.().then(() => socket.end(), reject));
  });
}

/** Of each answer on the connection, in order. */
const statuses = (answer: string): number[] =>
  [...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));

async function started() {
  const app = await startApp();
  const ada = await loggedIn(app.visitor());
  const ask = wireTo(app.origin, 1);
  return {
    app,
    /** Somebody else's request, after which the server must have looked at what came before. */
    another: async () => expect((await ask({ method: "GET", path: "/login", headers: {} })).status).toBe(200),
    expectWell: async () => {
      expect((await ada.get("/profile")).text).toContain(ADA.email);
      expect(app.logs.filter(({ level }) => Number(level) >= 50)).toEqual([]);
    },
  };
}

describe("bytes that are no request", () => {
  it("are refused, or end the connection, and nobody else notices", async () => {
    const { app, another, expectWell } = await started();
    await fc.assert(
      fc.asyncProperty(fc.oneof(malformed, oddBytes), async (bytes) => {
        const answer = await sent(app, bytes, another);
        for (const status of statuses(answer)) expect(status).toBeLessThan(500);
        expect(answer).not.toContain(ADA.email);
      }),
      tries(300),
    );
    await expectWell();
  });

  it("come back in no answer, so nobody can write one into it", async () => {
    const { app, another, expectWell } = await started();
    await fc.assert(
      fc.asyncProperty(line, async (text) => {
        const target = encodeURI(`/login?next=/${text}`).replaceAll("%0D", "\r").replaceAll("%0A", "\n");
        const request = `GET ${target}\r\nInjected: yes HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`;
        const answer = await sent(app, request, another);
        expect(answer).not.toMatch(/^Injected:/m);
      }),
      tries(100),
    );
    await expectWell();
  });
});

describe("a line of requests on one connection", () => {
  it("gets one answer each, in order, however odd the first body is", async () => {
    const { app, expectWell } = await started();
    await fc.assert(
      fc.asyncProperty(fc.array(oddBytes, { minLength: 1, maxLength: 8 }), async (bodies) => {
        const posts = bodies.map(
          (text) => `POST /login HTTP/1.1\r\n${HOST}${FORM}Content-Length: ${text.length}\r\n\r\n${text}`,
        );
        const last = `GET /healthz HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`;
        const answered = statuses(await sent(app, posts.join("") + last));
        expect(answered).toHaveLength(bodies.length + 1);
        expect(answered.pop()).toBe(200);
        for (const status of answered) expect([400, 422]).toContain(status);
      }),
      tries(60),
    );
    await expectWell();
  });

  it("never takes what follows a refused body for a request of its own", async () => {
    const { app, expectWell } = await started();
    const smuggled = `GET /healthz HTTP/1.1\r\n${HOST}\r\n`;
    const framings = [
      `Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
      `Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${smuggled}`,
      `Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`,
      `Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${smuggled}`,
      `Content-Length: 0\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
      `Content-Length: +0\r\n\r\n${smuggled}`,
      `Content-Length: 0,0\r\n\r\n${smuggled}`,
    ];
    for (const framing of framings) {
      const answer = await sent(app, `POST /login HTTP/1.1\r\n${HOST}${FORM}${framing}`);
      expect(statuses(answer), framing).toEqual([400]);
      expect(answer).not.toContain('"status":"up"');
    }
    await expectWell();
  });
});
