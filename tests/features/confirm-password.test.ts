// "Confirm it's you" before something sensitive: here a page of our own, as a developer would add one.
import { describe, expect, it } from "vitest";
import type { Feature } from "../../src/core.ts";
import { requireRecentAuth } from "../../src/sign-in/access.ts";
import { startApp, type TestApp } from "../support/app.ts";
import { stopTheClock } from "../support/clock.ts";
import { ADA, GRACE, loggedIn, registered, type Visitor } from "../support/visitor.ts";

const ASKED = "/confirm-password?next=%2Fvault";
const WRONG = "not her password at all";
const confirm = (visitor: Visitor, password = ADA.password, path = ASKED) =>
  visitor.fillIn(path, { password });

/** The program with a page that wants a password typed a short while ago. */
async function withVault(env: Record<string, string> = {}): Promise<TestApp & { opened: string[] }> {
  const opened: string[] = [];
  const vault: Feature = ({ pages }) => {
    pages.get("/vault", requireRecentAuth, (_req, res) => void res.send("gold"));
    pages.post("/vault/open", requireRecentAuth, (req, res) => {
      opened.push(req.user?.email ?? "");
      res.redirect(303, "/vault");
    });
  };
  return { ...(await startApp({ env, extraFeatures: [vault] })), opened };
}

describe("a page that wants a recent password", () => {
  it("opens for ten minutes after the login, to the second, and then asks", async () => {
    const clock = stopTheClock();
    const ada = await loggedIn((await withVault()).visitor());
    clock.advance({ minutes: 9, seconds: 59 });
    expect((await ada.get("/vault")).text).toBe("gold");
    clock.advance({ seconds: 1 });
    const answer = await ada.get("/vault");
    expect([answer.status, answer.headers.location]).toEqual([303, ASKED]);
    expect((await ada.head("/vault")).status).toBe(303);
    expect((await ada.get("/profile")).status).toBe(200);
  });

  it("opens for ten minutes more once the password was typed, and leads back to the very page", async () => {
    const clock = stopTheClock();
    const ada = await loggedIn((await withVault()).visitor());
    clock.advance({ minutes: 10 });
    const asked = String((await ada.get("/vault?shelf=3&all=yes")).headers.location);
    expect(asked).toBe("/confirm-password?next=%2Fvault%3Fshelf%3D3%26all%3Dyes");
    const answer = await confirm(ada, ADA.password, asked);
    expect([answer.status, answer.headers.location]).toEqual([303, "/vault?shelf=3&all=yes"]);
    clock.advance({ minutes: 9, seconds: 59 });
    expect((await ada.get("/vault")).text).toBe("gold");
    clock.advance({ seconds: 1 });
    expect((await ada.get("/vault")).headers.location).toBe(ASKED);
  });

  it("does nothing of what is posted to it before that, and leads back to the form", async () => {
    const clock = stopTheClock();
    const app = await withVault();
    const ada = await loggedIn(app.visitor());
    clock.advance({ minutes: 10 });
    const answer = await ada.post("/vault/open", {}, { referer: `${app.origin}/vault` });
    expect([answer.status, answer.headers.location]).toEqual([303, ASKED]);
    expect(app.opened).toEqual([]);
    await confirm(ada);
    await ada.post("/vault/open");
    expect(app.opened).toEqual([ADA.email]);
  });

  it("is opened by a confirmation in this browser only", async () => {
    const clock = stopTheClock();
    const app = await withVault();
    const [ada, elsewhere] = [await loggedIn(app.visitor()), app.visitor()];
    await elsewhere.logIn();
    clock.advance({ minutes: 10 });
    await confirm(ada);
    expect((await elsewhere.get("/vault")).status).toBe(303);
    expect((await ada.get("/vault")).status).toBe(200);
  });

  it("stays closed after a wrong password, that of another person and an empty one, and none of them is shown", async () => {
    const clock = stopTheClock();
    const app = await withVault();
    await registered(app.visitor(), GRACE);
    const ada = await loggedIn(app.visitor());
    clock.advance({ minutes: 10 });
    for (const password of [WRONG, GRACE.password, "", ADA.password.toUpperCase()]) {
      const answer = await confirm(ada, password);
      expect(answer.status).toBe(422);
      expect(answer.text).toContain('name="next" value="/vault"');
      if (password) expect(answer.text).not.toContain(password);
    }
    expect((await ada.post("/confirm-password", { password: [ADA.password, ADA.password] })).status).toBe(
      422,
    );
    expect((await ada.get("/vault")).headers.location).toBe(ASKED);
    const outcomes = app.logs.filter(({ event }) => event === "password-confirmed");
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["failure", "failure", "failure"]);
  });
});
