import { describe, expect, it } from "vitest";
import { startApp } from "../support/app.ts";
import { ADA, type Fields, GRACE, loggedIn, registered } from "../support/visitor.ts";

const WITH = { email: ADA.email, password: ADA.password };

describe("POST /login", () => {
  it("lets somebody in and takes them where they wanted to go", async () => {
    const app = await startApp();
    const ada = await registered(app.visitor());
    expect((await ada.get("/dashboard")).headers.location).toBe("/login?next=%2Fdashboard");
    const answer = await ada.fillIn("/login?next=%2Fdashboard", { email: ADA.email, password: ADA.password });
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe("/dashboard");
    expect((await ada.get("/dashboard")).text).toContain("Ada");
  });

  it("says the same for a wrong password and an unknown address, and shows what was typed but no password", async () => {
    const app = await startApp();
    const ada = await registered(app.visitor());
    const wrong = await ada.logIn({ ...ADA, password: "not her password at all" });
    const unknown = await ada.logIn({ ...ADA, email: "nobody@example.com" });
    expect(wrong.status).toBe(422);
    expect(unknown.status).toBe(422);
    expect(wrong.text.replaceAll(ADA.email, "X")).toBe(unknown.text.replaceAll("nobody@example.com", "X"));
    expect(wrong.text).toContain("Email address or password is not correct");
    expect(wrong.text).toContain(`value="${ADA.email}"`);
    expect(wrong.text).not.toContain("not her password");
  });

  it("goes to the front page when nobody wanted to go anywhere", async () => {
    const ada = await registered((await startApp()).visitor());
    const answer = await ada.logIn();
    expect([answer.status, answer.headers.location]).toEqual([303, "/"]);
    expect((await ada.get("/")).text).toContain("Hello, Ada");
  });

  it.each([
    ["in capitals", ADA.password.toUpperCase()],
    ["without its end", ADA.password.slice(0, -1)],
    ["with a space after it", `${ADA.password} `],
    ["with a space before it", ` ${ADA.password}`],
    ["with a NUL and more after it", `${ADA.password}\0more`],
    ["in wide letters", ADA.password.replace("v", "\uff56")],
    ["followed by three thousand characters", ADA.password.padEnd(3000, "!")],
  ])("refuses the password %s", async (_how, password) => {
    const ada = await registered((await startApp()).visitor());
    const answer = await ada.logIn({ ...ADA, password });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain("Email address or password is not correct");
    expect((await ada.get("/profile")).status).toBe(302);
  });

  it("takes é however a keyboard composes it", async () => {
    const app = await startApp();
    const composed = { ...ADA, password: "caf\u00e9 violet tractor at dawn" };
    await registered(app.visitor(), composed);
    const decomposed = { ...composed, password: composed.password.normalize("NFD") };
    expect((await app.visitor().logIn(decomposed)).status).toBe(303);
  });

  it("takes the address in capitals and with spaces around it", async () => {
    const ada = await registered((await startApp()).visitor());
    expect((await ada.logIn({ ...ADA, email: " ADA@EXAMPLE.COM " })).status).toBe(303);
  });

  it("never reads a password from the address of a request", async () => {
    const ada = await registered((await startApp()).visitor());
    const query = `?${new URLSearchParams({ email: ADA.email, password: ADA.password })}`;
    expect((await ada.post(`/login${query}`)).status).toBe(422);
    const other = { email: ADA.email, password: "not her password at all" };
    expect((await ada.post(`/login${query}`, other)).status).toBe(422);
    const page = await ada.get(`/login${query}`);
    expect(page.text).not.toContain("violet");
    expect((await ada.get("/profile")).status).toBe(302);
  });

  it.each<[string, Fields]>([
    ["an empty form", {}],
    ["no password", { email: ADA.email }],
    ["no address", { password: ADA.password }],
    ["two addresses", { ...WITH, email: [ADA.email, "eve@example.com"] }],
    ["two passwords", { ...WITH, password: [ADA.password, ADA.password] }],
    ["an address in brackets", { "email[]": ADA.email, password: ADA.password }],
    ["a condition for a password", { email: ADA.email, "password[$ne]": "x" }],
    ["a field that is not on the form", { ...WITH, userId: "1" }],
    ["a box that is ticked strangely", { ...WITH, rememberMe: "yes" }],
    ["two places to go", { ...WITH, next: ["/profile", "/dashboard"] }],
    ["SQL for an address", { email: "' OR 1=1 --", password: ADA.password }],
  ])("refuses %s and lets nobody in", async (_what, fields) => {
    const ada = await registered((await startApp()).visitor());
    const answer = await ada.post("/login", fields);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain("There is a problem");
    expect(answer.text).not.toContain(ADA.password);
    expect((await ada.get("/profile")).status).toBe(302);
  });

  it("keeps the ticked box and the wish to go somewhere when the password was wrong", async () => {
    const ada = await registered((await startApp()).visitor());
    const typed = { email: ADA.email, password: "not her password at all", rememberMe: "on" };
    const again = await ada.fillIn("/login?next=%2Fprofile%3Fa%3D1", typed);
    expect(again.text).toMatch(/name="rememberMe"[^>]* checked/);
    expect(again.text).toContain('name="next" value="/profile?a=1"');
  });

  it("leaves a member who they are", async () => {
    const app = await startApp();
    await registered(app.visitor(), GRACE);
    const ada = await loggedIn(app.visitor());
    const answer = await ada.post("/login", { email: GRACE.email, password: GRACE.password });
    expect([answer.status, answer.headers.location]).toEqual([303, "/"]);
    expect((await ada.get("/")).text).toContain("Hello, Ada");
  });

  it("tells the log who came in and who did not, and never a password", async () => {
    const app = await startApp();
    const ada = await registered(app.visitor());
    await ada.logIn({ ...ADA, password: "not her password at all" });
    await ada.logIn();
    const events = app.logs.filter(({ event }) => event === "login");
    expect(events.map(({ outcome }) => outcome)).toEqual(["failure", "success"]);
    for (const event of events)
      expect(event).toMatchObject({ ip: "127.0.0.1", requestId: expect.any(String) });
    expect(JSON.stringify(app.logs)).not.toMatch(/violet|not her password/);
  });
});

describe("GET /login", () => {
  it("answers HEAD like GET, without the page", async () => {
    const guest = (await startApp()).visitor();
    const answer = await guest.head("/login");
    expect(answer.status).toBe(200);
    expect(answer.headers["content-type"]).toMatch(/^text\/html/);
    expect(answer.text).toBeFalsy();
  });

  it("gives a member who opens the login page the front page", async () => {
    const ada = await loggedIn((await startApp()).visitor());
    const answer = await ada.get("/login");
    expect([answer.status, answer.headers.location]).toEqual([303, "/"]);
  });
});
