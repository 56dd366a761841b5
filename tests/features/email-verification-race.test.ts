// Mallory is quick: he registers Ada's address again at the very moment at which she proves that it is hers.
import { describe, expect, it } from "vitest";
import type { Feature } from "../../src/core.ts";
import { startApp, type TestApp } from "../support/app.ts";
import { ADA } from "../support/visitor.ts";

const MALLORY = { ...ADA, firstName: "Mallory", password: "nine blue doors of snow" };
const links = async (app: TestApp) =>
  (await app.mailbox.to(ADA.email)).flatMap(({ text }) => text.match(/\/verify-email\/\S+/g) ?? []);

/** Runs `meanwhile` once, when a password was found right and nothing was done about it yet. */
function afterNextCheck() {
  let meanwhile: (() => Promise<unknown>) | null = null;
  const feature: Feature = ({ passwords }) => {
    const { matches } = passwords;
    passwords.matches = async (hash, password) => {
      const matched = await matches(hash, password);
      const work = meanwhile;
      meanwhile = null;
      await work?.();
      return matched;
    };
  };
  return {
    feature,
    do: (work: () => Promise<unknown>) => {
      meanwhile = work;
    },
  };
}

describe("while Ada confirms her address", () => {
  it("a registration in the middle of her login leaves the account unconfirmed", async () => {
    const check = afterNextCheck();
    const app = await startApp({ extraFeatures: [check.feature] });
    await app.visitor().register();
    const [phone, mallory] = [app.visitor(), app.visitor()];
    await phone.fillIn((await links(app))[0] ?? "", {});
    check.do(() => mallory.register(MALLORY));
    expect((await phone.logIn()).status).toBe(422);
    expect((await mallory.logIn(MALLORY)).headers.location).toBe("/verify-email");
    expect((await mallory.get("/profile")).status).toBe(302);
    expect((await app.visitor().logIn(MALLORY)).headers.location).toBe("/verify-email");
  });

  it("a hundred registrations and presses at once open it for nobody who does not know its password", async () => {
    const app = await startApp();
    const [ada, mallory] = [app.visitor(), app.visitor()];
    await ada.register();
    const [link = ""] = await links(app);
    const presses = Array.from({ length: 50 }, () => ada.post(link));
    const registrations = Array.from({ length: 50 }, () => mallory.post("/register", MALLORY));
    await Promise.all([...registrations.slice(0, 25), ...presses, ...registrations.slice(25)]);
    const [hers, his] = [await app.visitor().logIn(), await app.visitor().logIn(MALLORY)];
    // Either she was first and it is hers, or he was and nobody is in.
    expect(his.headers.location).not.toBe("/");
    expect([hers.headers.location === "/", his.status === 303]).toContain(true);
  });
});
