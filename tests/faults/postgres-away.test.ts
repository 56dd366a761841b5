// PostgreSQL is restarted, or gone for a while, under people who are at work: calm pages, no wrong yes, and no restart of ours.
import { setTimeout as waitMs } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { type Answer, Connection } from "../support/connection.ts";
import { ownCluster, ownClusterPossible } from "../support/own-cluster.ts";
import { ADA } from "../support/visitor.ts";
import { serveCompiled } from "./serve-compiled.ts";

/** Until the program has noticed that its database is back. */
async function untilItAnswers(visitor: Connection, path: string): Promise<Answer> {
  for (;;) {
    const answer = await visitor.get(path);
    if (answer.status !== 503) return answer;
    await waitMs(20);
  }
}

describe.runIf(ownClusterPossible)("a PostgreSQL", { timeout: 120_000 }, () => {
  it("that is restarted under load breaks no program, and loses nothing that was acknowledged", async () => {
    const postgres = await ownCluster();
    const { origin, process } = await serveCompiled({ env: { DATABASE_URL: postgres.url } });
    const refused: Answer[] = [];
    let isOver = false;

    async function write(visitor: Connection, number: number): Promise<void> {
      let lastName = ADA.lastName;
      for (let change = 0; !isOver; change += 1) {
        const answer = await visitor.post("/profile", { firstName: "Ada", lastName: `Change${change}` });
        if (answer.status === 303) lastName = `Change${change}`;
        else refused.push(answer);
      }
      const page = await untilItAnswers(visitor, "/profile");
      expect(page.text, `of visitor ${number}`).toContain(`value="${lastName}"`);
    }
    const people: Promise<void>[] = [];
    for (let number = 0; number < 6; number += 1) {
      const [visitor, email] = [new Connection(origin), `member${number}@example.com`];
      await visitor.post("/register", { ...ADA, email });
      await visitor.post("/login", { email, password: ADA.password });
      people.push(write(visitor, number));
    }
    for (let restarts = 0; restarts < 3; restarts += 1) {
      const before = refused.length;
      await postgres.restart();
      while (refused.length === before) await waitMs(5);
    }
    isOver = true;
    await Promise.all(people);

    expect(process.exitCode).toBeNull();
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([503]));
    for (const { headers } of refused) expect(Number(headers["retry-after"])).toBeGreaterThan(0);
  });

  it("that is gone lets nobody in and shows nobody's page; when it is back, so is everything", async () => {
    const postgres = await ownCluster();
    const { origin } = await serveCompiled({ env: { DATABASE_URL: postgres.url } });
    const [ada, guest] = [new Connection(origin), new Connection(origin)];
    await ada.post("/register", { ...ADA });
    const login = { email: ADA.email, password: ADA.password };
    expect((await ada.post("/login", login)).status).toBe(303);
    await postgres.stop();

    expect((await ada.get("/profile")).status).toBe(503);
    expect((await guest.post("/login", login)).status).toBe(503);
    expect((await guest.post("/register", { ...ADA, email: "grace@example.org" })).status).toBe(503);
    expect((await guest.get("/login")).status).toBe(200);
    expect((await guest.get("/healthz")).status).toBe(200);
    expect((await guest.get("/readyz")).status).toBe(503);
    const page = await ada.get("/profile");
    expect(page.text).toContain("Busy at the moment");
    expect(page.text).not.toMatch(/ECONNREFUSED|postgres|Lovelace/);

    await postgres.start();
    expect((await untilItAnswers(ada, "/profile")).text).toContain('value="Lovelace"');
    expect((await untilItAnswers(guest, "/readyz")).status).toBe(200);
    expect((await guest.post("/login", login)).status).toBe(303);
  });
});
