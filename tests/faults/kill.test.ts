// kill -9 in the middle of writing: what was acknowledged is there, and nothing is there by half.
import { setTimeout as waitMs } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { Connection } from "../support/connection.ts";
import { chance } from "./chance.ts";
import { Member } from "./member.ts";
import { compiledProgram } from "./serve-compiled.ts";
import { damageIn, halvesIn, rowsOf } from "./stored-rows.ts";

const FULL = process.env.FAULTS === "full";
const [DEEDS, KILLS, TIMEOUT_MS] = FULL ? [5_000, 60, 600_000] : [500, 5, 120_000];
const AT_ONCE = 8;
// A mail server that is not there: every mail stays in its table, where it can be counted.
const NO_MAIL = { MAIL_TRANSPORT: "smtp", SMTP_URL: "smtp://127.0.0.1:1" };

describe("kill -9 while people register and change their profiles and passwords", () => {
  it(
    "loses nothing that was acknowledged, and leaves nothing half-done",
    async () => {
      const random = chance();
      const start = await compiledProgram({ env: NO_MAIL });
      let running = start();
      const { origin, folder } = await running;
      const members: Member[] = [];
      let [deeds, kills] = [0, 0];

      async function live(): Promise<void> {
        while (deeds < DEEDS) {
          const member = new Member(new Connection(origin), members.length);
          members.push(member);
          for (const deed of [member.register, member.logIn, member.changeNames, member.changePassword]) {
            if (deed !== member.logIn) deeds += 1;
            // What was not answered stays in doubt, and the next person comes when the program is back.
            if (!(await deed.call(member))) break;
          }
          await running;
        }
      }

      async function kill(): Promise<void> {
        while (kills < KILLS && deeds < DEEDS) {
          const moment = Math.min(DEEDS, deeds + 1 + random(DEEDS / KILLS));
          await vi.waitUntil(() => deeds >= moment, { timeout: TIMEOUT_MS, interval: 1 });
          await waitMs(random(5));
          const { process, ended } = await running;
          process.kill("SIGKILL");
          kills += 1;
          running = ended.then(start);
          await running;
        }
      }

      await Promise.all([kill(), ...Array.from({ length: AT_ONCE }, live)]);
      expect(kills).toBeGreaterThan(KILLS / 2);
      expect(
        members.some(({ possible }) => possible.length > 1),
        "a deed was cut short",
      ).toBe(true);

      // Logging in takes its time: everybody who is in doubt does, and a few of the others.
      const asked = members.filter(({ possible }, index) => FULL || possible.length > 1 || index % 5 === 0);
      const visitor = new Connection(origin);
      const working = new Map<Member, string[]>();
      for (const member of asked) working.set(member, await member.passwordsThatWork(visitor));
      const last = await running;
      last.process.kill("SIGTERM");
      expect((await last.ended).code).toBe(0);

      expect(damageIn(folder)).toEqual([]);
      expect(await halvesIn(folder)).toEqual([]);
      const rows = await rowsOf(folder, "SELECT email, first_name || ' ' || last_name AS names FROM users");
      const names = new Map(rows.map(({ email, names }) => [email, names]));
      for (const { email, possible } of members)
        expect(
          possible.map((state) => state?.names),
          email,
        ).toContain(names.get(email));
      for (const [{ email, possible }, passwords] of working) {
        const states = passwords.map((password) => ({ names: names.get(email), password }));
        expect(states.length, email).toBeLessThan(2);
        expect(possible, email).toContainEqual(states[0] ?? null);
      }
    },
    TIMEOUT_MS,
  );
});
