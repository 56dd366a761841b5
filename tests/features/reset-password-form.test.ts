import { describe, expect, it } from "vitest";
import { startApp, type TestApp } from "../support/app.ts";
import { ADA, type Fields, GRACE, loggedIn, registered } from "../support/visitor.ts";

const NEW = "eleven copper kites at noon";

async function holdingLink(app: TestApp, email = ADA.email) {
  const visitor = app.visitor();
  await visitor.fillIn("/forgot-password", { email });
  await visitor.get(await app.mailbox.link(email, /Reset/, "/reset-password/"));
  return visitor;
}

describe("POST /reset-password", () => {
  it("ends every login of that user and nobody else's", async () => {
    const app = await startApp();
    const [laptop, grace] = [await loggedIn(app.visitor()), await loggedIn(app.visitor(), GRACE)];
    const phone = app.visitor();
    await phone.logIn(ADA, { rememberMe: "on" });
    await (await holdingLink(app)).fillIn("/reset-password", { password: NEW });
    for (const old of [laptop, phone]) {
      expect((await old.get("/profile")).status).toBe(302);
      expect((await old.post("/profile", { firstName: "Eve", lastName: "Eve" })).status).toBe(401);
    }
    expect((await grace.get("/profile")).status).toBe(200);
  });

  it.each<[string, Fields]>([
    ["nothing", {}],
    ["a short password", { password: "short" }],
    ["a common one", { password: "passwordpassword" }],
    ["their own name", { password: "AdaLovelaceAdaLovelace" }],
    ["two passwords", { password: [NEW, NEW] }],
    ["a field that is not on the form", { password: NEW, userId: "1" }],
    ["a token in the form", { password: NEW, token: "a".repeat(43) }],
  ])("refuses %s, and the link still works", async (_what, fields) => {
    const app = await startApp();
    await registered(app.visitor());
    const ada = await holdingLink(app);
    const refused = await ada.fillIn("/reset-password", fields);
    expect(refused.status).toBe(422);
    expect(refused.text).toContain("There is a problem");
    expect(refused.text).not.toMatch(/type="password"[^>]*value=/);
    expect((await ada.fillIn("/reset-password", { password: NEW })).status).toBe(303);
  });

  it("never looks at an address that is sent along", async () => {
    const app = await startApp();
    await registered(app.visitor(), GRACE);
    await registered(app.visitor());
    const ada = await holdingLink(app);
    await ada.fillIn("/reset-password", { password: NEW, username: GRACE.email });
    expect((await app.visitor().logIn({ ...GRACE, password: NEW })).status).toBe(422);
    expect((await app.visitor().logIn({ ...ADA, password: NEW })).status).toBe(303);
  });

  it("gives one success when two browsers that hold the same link send it at once", async () => {
    const app = await startApp();
    await registered(app.visitor());
    const first = await holdingLink(app);
    const second = app.visitor();
    await second.get(await app.mailbox.link(ADA.email, /Reset/, "/reset-password/"));
    const passwords = [NEW, "nine blue doors of snow"];
    const answers = await Promise.all(
      [first, second].map((visitor, index) =>
        visitor.post("/reset-password", { password: passwords[index] ?? "" }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 410]);
    const winner = passwords[answers.findIndex(({ status }) => status === 303)] ?? "";
    expect((await app.visitor().logIn({ ...ADA, password: winner })).status).toBe(303);
  });

  it("gives one success when one browser sends it twenty times at once", async () => {
    const app = await startApp();
    await registered(app.visitor());
    const ada = await holdingLink(app);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => ada.post("/reset-password", { password: NEW })),
    );
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 410)).toHaveLength(19);
  });

  it("lets the old password in nowhere while the new one is being stored", async () => {
    const app = await startApp();
    await registered(app.visitor());
    const ada = await holdingLink(app);
    const thief = app.visitor();
    const [reset] = await Promise.all([ada.post("/reset-password", { password: NEW }), thief.logIn()]);
    expect(reset.status).toBe(303);
    expect((await thief.get("/profile")).status).toBe(302);
  });

  it("takes no token that was made up for the session", async () => {
    const app = await startApp();
    await registered(app.visitor());
    const stranger = app.visitor();
    await stranger.get(`/reset-password/${"x".repeat(43)}`);
    expect((await stranger.post("/reset-password", { password: NEW })).status).toBe(410);
    expect((await app.visitor().logIn()).status).toBe(303);
  });
});
