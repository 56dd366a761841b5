import { describe, expect, it } from "vitest";
import { startApp } from "../support/app.ts";
import { ADA, loggedIn, registered } from "../support/visitor.ts";

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

  it("gives a member who opens the login page the front page", async () => {
    const ada = await loggedIn((await startApp()).visitor());
    const answer = await ada.get("/login");
    expect([answer.status, answer.headers.location]).toEqual([303, "/"]);
  });
});
