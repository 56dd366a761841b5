// While a change can be undone, the old address is kept for its owner.
import { describe, expect, it } from "vitest";
import { startApp, type TestApp } from "../support/app.ts";
import { stopTheClock } from "../support/clock.ts";
import { ADA, GRACE, loggedIn, registered, type Visitor } from "../support/visitor.ts";

const NEW = "ada@new.example.com";
const WITH_NEW = { ...ADA, email: NEW };
const EVE = { firstName: "Eve", lastName: "Evil", email: ADA.email, password: "nine blue doors of snow" };
const ask = (visitor: Visitor, email: string) => visitor.fillIn("/change-email", { email });

/** Ada with another address than she had. */
async function moved(app: TestApp): Promise<Visitor> {
  const ada = await loggedIn(app.visitor());
  await ask(ada, NEW);
  await ada.fillIn(await app.mailbox.link(NEW, /Confirm your new/, "/confirm-email/"), {});
  return ada;
}

describe("the old address", () => {
  it("can't be registered by anybody else for seven days, though the answer is the same", async () => {
    const clock = stopTheClock();
    const app = await startApp();
    await moved(app);
    clock.advance({ days: 6, hours: 23, minutes: 59, seconds: 59 });
    await app.purge();
    const [eve, newcomer] = [app.visitor(), app.visitor()];
    const [kept, free] = [
      await eve.register(EVE),
      await newcomer.register({ ...EVE, email: "eve@example.net" }),
    ];
    expect([kept.status, kept.headers.location, kept.text]).toEqual([
      free.status,
      free.headers.location,
      free.text,
    ]);
    const page = (await eve.get("/login")).text.replaceAll(ADA.email, "X");
    expect(page).toBe((await newcomer.get("/login")).text.replaceAll("eve@example.net", "X"));
    expect((await eve.logIn(EVE)).status).toBe(422);
    const links = (await app.mailbox.to(ADA.email)).flatMap(
      ({ text }) => text.match(/\/verify-email\/\S+/g) ?? [],
    );
    for (const link of links) expect((await eve.post(link)).status).toBe(410);

    clock.advance({ seconds: 1 });
    expect((await registered(app.visitor(), EVE)).cookie).not.toBeNull();
    expect((await app.visitor().logIn(EVE)).headers.location).toBe("/");
  });

  it("can't be taken by another account, though the answer is the same", async () => {
    const app = await startApp();
    await moved(app);
    const grace = await loggedIn(app.visitor(), GRACE);
    const before = (await app.mailbox.to(ADA.email)).length;
    const answer = await ask(grace, ADA.email);
    expect([answer.status, answer.headers.location]).toEqual([303, "/profile"]);
    expect((await grace.get("/profile")).text).toContain(
      `We have sent a link to <strong>${ADA.email}</strong>`,
    );
    expect(await app.mailbox.to(ADA.email)).toHaveLength(before);
  });

  it("can't be confirmed by another account that asked for it before", async () => {
    const app = await startApp();
    const [ada, grace] = [await loggedIn(app.visitor()), await loggedIn(app.visitor(), GRACE)];
    await ask(grace, NEW);
    const hers = await app.mailbox.link(NEW, /Confirm your new/, "/confirm-email/");
    await ask(ada, NEW);
    const links = (await app.mailbox.to(NEW)).flatMap(
      ({ text }) => text.match(/\/confirm-email\/\S+/g) ?? [],
    );
    await ada.post(links.find((link) => link !== hers) ?? "");
    await ask(ada, "ada@third.example.com");
    await ada.fillIn(
      await app.mailbox.link("ada@third.example.com", /Confirm your new/, "/confirm-email/"),
      {},
    );
    expect((await grace.post(hers)).status).toBe(410);
    expect((await grace.get("/profile")).text).toContain(`<dd>${GRACE.email}</dd>`);
  });

  it("can be had back by its owner, by another change", async () => {
    const app = await startApp();
    const ada = await moved(app);
    await ask(ada, ADA.email);
    await ada.fillIn(await app.mailbox.link(ADA.email, /Confirm your new/, "/confirm-email/"), {});
    expect((await ada.get("/profile")).text).toContain(`<dd>${ADA.email}</dd>`);
    expect((await app.visitor().logIn(WITH_NEW)).status).toBe(422);
  });
});
