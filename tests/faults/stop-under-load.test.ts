// SIGTERM while many people are busy: whoever has sent a request gets a whole answer, and the program ends in time.
import { setTimeout as waitMs } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { type Answer, BrokenOff, Connection } from "../support/connection.ts";
import { chance } from "./chance.ts";
import { compiledProgram } from "./serve-compiled.ts";

const ROUNDS = process.env.FAULTS === "full" ? 40 : 2;
const READERS = 20;
const PEOPLE_LOGGING_IN = 6;
const LONGEST_STOP_MS = 10_000;

const ADA = {
  firstName: "Ada",
  lastName: "Lovelace",
  email: "ada@example.com",
  password: "seven moths under glass",
};
const LOGIN = { email: ADA.email, password: ADA.password };

describe("SIGTERM under load", { timeout: ROUNDS * 40_000 }, () => {
  it("lets no request fail that was sent, and ends with 0 in time", async () => {
    const random = chance();
    const start = await compiledProgram();
    for (let round = 0; round < ROUNDS; round += 1) {
      const { origin, process, ended } = await start();
      await new Connection(origin).post("/register", { ...ADA, email: ADA.email });
      const answers: Answer[] = [];
      const failures: unknown[] = [];

      /** Until a new connection is refused, which is what whoever comes later finds. */
      async function repeat(request: (connection: Connection) => Promise<Answer>): Promise<void> {
        const connection = new Connection(origin);
        for (;;) {
          try {
            answers.push(await request(connection));
          } catch (error) {
            if (!(process.killed && error instanceof BrokenOff && error.wasNew)) failures.push(error);
            return;
          }
          // Some send again at once, others leave their connection idle for a moment.
          if (random(2)) await waitMs(random(40));
        }
      }
      const people = [
        ...Array.from({ length: READERS }, () =>
          repeat((visitor) => visitor.get(random(2) ? "/" : "/login")),
        ),
        ...Array.from({ length: PEOPLE_LOGGING_IN }, () => repeat((visitor) => logIn(visitor))),
      ];
      const enough = 100 + random(200);
      await vi.waitUntil(() => answers.length >= enough || failures.length > 0, {
        timeout: 20_000,
        interval: 1,
      });

      process.kill("SIGTERM");
      const toldAt = performance.now();
      const { code, signal, stderr } = await ended;
      const stopMs = performance.now() - toldAt;
      await Promise.all(people);
      expect(failures).toEqual([]);
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 303]));
      expect([code, signal, stderr]).toEqual([0, null, []]);
      expect(stopMs).toBeLessThan(LONGEST_STOP_MS);
    }
  });
});

/** As a guest each time: whoever is logged in is only sent home. */
function logIn(visitor: Connection): Promise<Answer> {
  visitor.cookie = undefined;
  return visitor.post("/login", LOGIN);
}
