// Our own requests that are under way while the account is deleted: they wait for a password hash, or come together.
import { describe, expect, it } from "vitest";
import type { Feature } from "../../src/core.ts";
import { startApp } from "../support/app.ts";
import { ADA, loggedIn, type Visitor } from "../support/visitor.ts";

const NEW = "eleven copper kites at noon";
const deletion = (visitor: Visitor) => visitor.post("/delete-account", { email: ADA.email });

/** Once `hold` was called, a check of a password ends only when `release` is. */
function slowHashes() {
  let reached = () => {};
  let release = () => {};
  let wait: Promise<void> | null = null;
  const feature: Feature = ({ passwords }) => {
    const { matches } = passwords;
    passwords.matches = async (hash, password) => {
      const matched = await matches(hash, password);
      reached();
      await wait;
      return matched;
    };
  };
  return {
    feature,
    /** The promise resolves when a request has come to that point. */
    hold: () => {
      wait = new Promise((resolve) => {
        release = resolve;
      });
      return new Promise<void>((resolve) => {
        reached = resolve;
      });
    },
    release: () => release(),
  };
}

const requests: [string, (visitor: Visitor) => PromiseLike<{ status: number }>, expected: number[]][] = [
  ["a login", (visitor) => visitor.post("/login", { email: ADA.email, password: ADA.password }), [422]],
  [
    "a confirmation of the password",
    (visitor) => visitor.post("/confirm-password", { password: ADA.password }),
    [303, 401, 422],
  ],
  ["a wrong password", (visitor) => visitor.post("/confirm-password", { password: NEW }), [401, 422]],
  [
    "a change of the password",
    (visitor) => visitor.post("/change-password", { currentPassword: ADA.password, password: NEW }),
    [401, 409, 422],
  ],
];

describe("while the account is deleted", () => {
  it.each(requests)("%s under way ends calmly and leaves nobody logged in", async (what, send, expected) => {
    const { feature, hold, release } = slowHashes();
    const app = await startApp({ extraFeatures: [feature] });
    const [ada, other] = [await loggedIn(app.visitor()), app.visitor()];
    if (what !== "a login") await other.logIn();
    const held = hold();
    const underWay = send(other).then((answer) => answer);
    await held;
    expect((await deletion(ada)).status).toBe(303);
    release();
    const answer = await underWay;
    expect(expected).toContain(answer.status);
    expect((await other.get("/profile")).status).toBe(302);
    expect(await app.storage.db.selectFrom("users").selectAll().execute()).toEqual([]);
    expect(await app.storage.db.selectFrom("user_sessions").selectAll().execute()).toEqual([]);
  });

  it("a second press of the same button finds nothing left to do", async () => {
    const app = await startApp();
    const [ada, phone] = [await loggedIn(app.visitor()), app.visitor()];
    await phone.logIn();
    const answers = await Promise.all([deletion(ada), deletion(ada), deletion(phone)]);
    const statuses = answers.map(({ status }) => status);
    expect(statuses).toContain(303);
    expect(statuses.filter((status) => status >= 500)).toEqual([]);
    expect(app.logs.filter(({ event }) => event === "account-deleted")).toHaveLength(1);
  });

  it("pages and forms asked for at the same moment answer, and leave nobody logged in", async () => {
    const app = await startApp();
    const [ada, phone] = [await loggedIn(app.visitor()), app.visitor()];
    await phone.logIn();
    const names = { firstName: "Late", lastName: "Comer" };
    const answers = await Promise.all([
      phone.post("/profile", names),
      phone.get("/profile"),
      deletion(ada),
      phone.post("/logout"),
      phone.post("/profile", names),
      phone.get("/"),
    ]);
    expect(answers.map(({ status }) => status).filter((status) => status >= 500)).toEqual([]);
    expect(await app.storage.db.selectFrom("users").selectAll().execute()).toEqual([]);
    for (const { headers } of answers) {
      const cookie = String(headers["set-cookie"]).split(";")[0] ?? "";
      expect((await app.visitor().get("/profile", { cookie })).status).toBe(302);
    }
  });
});
