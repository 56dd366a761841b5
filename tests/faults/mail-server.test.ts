// A mail server that is no help: pages are as fast as ever, and every mail arrives when it is well again.
import type { Socket } from "node:net";
import { setTimeout as waitMs } from "node:timers/promises";
import { expect, it, vi } from "vitest";
import { Connection } from "../support/connection.ts";
import { MailServer, type Manner, takeMail } from "./mail-server.ts";
import { describeOnSqlite, type Server, serveCompiled } from "./serve-compiled.ts";

// A minute is a fifth of a second here; the first tries would else be 1, 4 and 15 minutes apart.
const MINUTE = 1 / 300;
const policy = {
  mail: {
    ...{ pauseMs: [1, 5], pollSeconds: 0.1, sendTimeoutSeconds: 0.4, deliverWithinSeconds: 0.8 },
    retryDelaysMinutes: Array<number>(100).fill(MINUTE),
  },
};
const PATIENTLY = { timeout: 40_000, interval: 20 };
const LONGEST_PAGE_MS = 4_000;
const PERSON = { firstName: "Ada", lastName: "Lovelace", password: "seven moths under glass" };

const forEver = (socket: Socket, say: () => void) => {
  const talking = setInterval(say, 100);
  socket.once("close", () => clearInterval(talking));
};

const SMTP: Record<string, Manner> = {
  "hangs up at once": (socket) => void socket.destroy(),
  "never greets": () => {},
  "greets and never answers": (socket) => void socket.write("220 ready\r\n"),
  "answers for ever": (socket) => {
    socket.write("220 ready\r\n");
    socket.once("data", () => forEver(socket, () => socket.write("250-and what is more\r\n")));
  },
  refuses: (socket) => void socket.end("421 not now\r\n"),
  "speaks nonsense": (socket) => void socket.write("\0\xff HTTP/1.1 200 OK\r\n\r\n"),
  "hangs up in the middle of the mail": (socket, server) =>
    takeMail(socket, server, () => void socket.once("data", () => socket.destroy())),
  "falls silent in the middle of the mail": (socket, server) =>
    takeMail(socket, server, () => void socket.removeAllListeners("data").resume()),
};

const HALF_AN_ANSWER =
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"Messages":[{"Status":"succ';
const answering =
  (answer: Manner): Manner =>
  (socket, server) =>
    void socket.once("data", () => answer(socket, server));

const MAILJET: Record<string, Manner> = {
  "hangs up at once": (socket) => void socket.destroy(),
  "never answers": () => {},
  "hangs up in the middle of its answer": answering((socket) => void socket.end(HALF_AN_ANSWER)),
  "falls silent in the middle of its answer": answering((socket) => void socket.write(HALF_AN_ANSWER)),
  "answers for ever": answering((socket) => {
    socket.write(HALF_AN_ANSWER.replace("100", "100000"));
    forEver(socket, () => socket.write(" "));
  }),
  "is out of order": answering((socket) => void socket.end("HTTP/1.1 503 Out of order\r\n\r\n")),
};

/** One mail a connection. */
const takeByHttp: Manner = (socket, server) => {
  let request = "";
  socket.on("data", (piece) => {
    request += piece;
    const recipient = /"To":\[\{"Email":"(.+?)"/.exec(request)?.[1];
    if (!recipient || !request.endsWith("}]}")) return;
    server.taken.push(recipient);
    const body = '{"Messages":[{"Status":"success"}]}';
    socket.end(
      `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
  });
};

describeOnSqlite("a mail server", { timeout: 60_000 }, () => {
  it.each([
    { name: "SMTP", bad: SMTP, good: takeMail as Manner },
    { name: "Mailjet", bad: MAILJET, good: takeByHttp },
  ])(
    "($name) that refuses, hangs or breaks off delays no page and loses no mail",
    async ({ name, bad, good }) => {
      const mail = await MailServer.closed();
      const server = await serveCompiled({ env: transport(name, mail.port), policy });
      const visitor = new Connection(server.origin);
      const people: string[] = [];
      const manners = Object.values(bad);
      /** Somebody registers, and is answered as ever. */
      async function register(): Promise<void> {
        const email = `ada${people.length}@example.com`;
        people.push(email);
        const answer = await visitor.post("/register", { ...PERSON, email });
        expect([email, answer.status]).toEqual([email, 303]);
        expect(answer.ms).toBeLessThan(LONGEST_PAGE_MS);
      }

      await register();
      await vi.waitUntil(() => failuresOf(server) > 0, PATIENTLY);
      let connections = 0;
      mail.manner = (socket) => {
        manners[connections % manners.length]?.(socket, mail);
        connections += 1;
      };
      await mail.listen();
      for (const _ of manners) await register();
      while (failuresOf(server) < 2 * manners.length) {
        const page = await visitor.get("/login");
        expect([page.status, page.ms < LONGEST_PAGE_MS]).toEqual([200, true]);
        await waitMs(10);
      }
      expect(connections).toBeGreaterThanOrEqual(manners.length);

      mail.manner = good;
      await vi.waitUntil(async () => (await backlogOf(server)) === 0, PATIENTLY);
      // A slow machine may lose an acknowledgement, and then a mail comes twice; better than never.
      expect(new Set(mail.taken)).toEqual(new Set(people));
      expect(server.logs().filter(({ level }) => level === "error")).toEqual([]);
    },
  );
});

function transport(name: string, port: number): Record<string, string> {
  if (name === "SMTP") return { MAIL_TRANSPORT: "smtp", SMTP_URL: `smtp://127.0.0.1:${port}` };
  const keys = { MAILJET_API_KEY: "key", MAILJET_API_SECRET: "secret" };
  return { MAIL_TRANSPORT: "mailjet", MAILJET_API_URL: `http://127.0.0.1:${port}`, ...keys };
}

function failuresOf({ logs }: Server): number {
  return logs().filter(({ event }) => event === "mail-failed").length;
}

/** What the program tells an operator on this machine. */
async function backlogOf({ origin }: Server): Promise<number> {
  const { text } = await new Connection(origin).get("/readyz");
  return JSON.parse(text).mail.waiting;
}
