import { describe, expect, it } from "vitest";
import { startApp, type TestApp } from "../support/app.ts";
import { stopTheClock } from "../support/clock.ts";
import { ADA, GRACE, loggedIn, registered, type Visitor } from "../support/visitor.ts";

const NEW = "eleven copper kites at noon";
const WRONG = "not her password at all";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/** The lines of the page, each as its cells: when, what, from. */
async function lines(visitor: Visitor, path = "/security-log"): Promise<string[][]> {
  const { text } = await visitor.get(path);
  const body = /<tbody>([\s\S]*)<\/tbody>/.exec(text)?.[1] ?? "";
  return [...body.matchAll(/<tr>(.*)<\/tr>/g)].map(([, row = ""]) =>
    [...row.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, cell = ""]) => cell),
  );
}

const whats = async (visitor: Visitor, path?: string) => (await lines(visitor, path)).map(([, what]) => what);

async function failedLogins(app: TestApp, count: number, email = ADA.email): Promise<void> {
  const stranger = app.visitor();
  for (let number = 0; number < count; number++) await stranger.post("/login", { email, password: WRONG });
}

describe("GET /security-log", () => {
  it("tells in words what happened, newest first", async () => {
    const clock = stopTheClock();
    const app = await startApp();
    const ada = await registered(app.visitor());
    const deeds: [string, () => PromiseLike<unknown>][] = [
      ["Logged in", () => ada.logIn()],
      [
        "Password changed",
        () => ada.fillIn("/change-password", { currentPassword: ADA.password, password: NEW }),
      ],
      ["Wrong password when asked to confirm", () => ada.fillIn("/confirm-password", { password: WRONG })],
      ["Password confirmed", () => ada.fillIn("/confirm-password", { password: NEW })],
      ["Logged out", () => ada.post("/logout")],
      ["Login failed", () => ada.logIn({ ...ADA, password: WRONG })],
      ["Password reset by email", () => resetPassword(app, ada)],
      ["Logged in", () => ada.logIn()],
    ];
    for (const [, deed] of deeds) {
      clock.advance({ minutes: 1 });
      await deed();
    }
    const seen = await whats(ada);
    expect(seen.slice(0, deeds.length)).toEqual(deeds.map(([words]) => words).reverse());
    expect(seen.slice(deeds.length)).toContain("Account opened");
  });

  it("tells of a wrong current password when the password was to be changed", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    await ada.fillIn("/change-password", { currentPassword: WRONG, password: NEW });
    expect(await whats(ada)).toContain("Wrong current password when changing it");
  });

  it("tells of a changed name", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    await ada.fillIn("/profile", { firstName: "Augusta", lastName: "King" });
    expect(await whats(ada)).toContain("Name changed");
  });

  it("tells of somebody who tried to register with the address", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    await app.visitor().register({ ...GRACE, email: ADA.email });
    expect(await whats(ada)).toContain("Somebody tried to register with your address");
  });

  it("tells when, with which browser and from where, also of a failed login elsewhere", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    const stranger = app.visitor();
    stranger.headers = { "user-agent": FIREFOX };
    await stranger.logIn({ ...ADA, password: WRONG });
    const [, , from] = (await lines(ada)).find(([, what]) => what === "Login failed") ?? [];
    expect(from).toBe("Firefox on Linux, 127.0.0.1");
    for (const [when] of await lines(ada)) expect(when).toMatch(/^\d{1,2} \w+ \d{4}, \d\d:\d\d UTC$/);
    expect((await ada.get("/security-log")).text).toContain('<td class="wrong">Login failed</td>');
  });

  it("shows nobody what happened to somebody else, and a guest nothing", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    const before = (await lines(ada)).length;
    const grace = await loggedIn(app.visitor(), GRACE);
    await failedLogins(app, 3, GRACE.email);
    await failedLogins(app, 1, "nobody@example.com");
    expect(await lines(ada)).toHaveLength(before);
    expect((await whats(grace)).filter((what) => what === "Login failed")).toHaveLength(3);
    for (const path of ["/security-log", "/security-log?format=csv"])
      expect((await app.visitor().get(path)).status).toBe(302);
    expect((await app.visitor().get("/security-log?format=csv", { accept: "text/csv" })).status).toBe(401);
  });

  it("holds twenty-five a page", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    const before = (await lines(ada)).length;
    expect((await ada.get("/security-log")).text).not.toContain("Page 1 of");
    await failedLogins(app, 51 - before);
    const [first, second, third] = await Promise.all(
      [1, 2, 3].map(async (page) => (await ada.get(`/security-log?page=${page}`)).text),
    );
    expect(first).toContain("Page 1 of 3");
    expect(first).toContain('href="/security-log?page=2" rel="next"');
    expect(first).not.toContain('rel="prev"');
    expect(second).toContain('href="/security-log?page=1" rel="prev"');
    expect(third).not.toContain('rel="next"');
    const counts = [1, 2, 3].map(async (page) => (await lines(ada, `/security-log?page=${page}`)).length);
    expect(await Promise.all(counts)).toEqual([25, 25, 1]);
  });

  it.each(["abc", "0", "-1", "1.5", "1e3", "", "01", "%00", "99999999999999999999", "1&page=2", "1'"])(
    "has no page %s",
    async (page) => {
      const ada = await loggedIn((await startApp()).visitor());
      expect((await ada.get(`/security-log?page=${page}`)).status).toBe(404);
    },
  );
});

async function resetPassword(app: TestApp, visitor: Visitor): Promise<void> {
  await visitor.fillIn("/forgot-password", { email: ADA.email });
  await visitor.get(await app.mailbox.link(ADA.email, /Reset/, "/reset-password/"));
  await visitor.fillIn("/reset-password", { password: ADA.password });
}
