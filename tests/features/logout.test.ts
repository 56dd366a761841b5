import { describe, expect, it } from "vitest";
import { startApp } from "../support/app.ts";
import { loggedIn } from "../support/visitor.ts";

describe("POST /logout", () => {
  it("ends the login, says so once, and leaves no cookie behind", async () => {
    const ada = await loggedIn((await startApp()).visitor());
    const answer = await ada.fillIn("/logout", {});
    expect([answer.status, answer.headers.location]).toEqual([303, "/login"]);
    expect((await ada.get("/login")).text).toContain("You are logged out.");
    expect((await ada.get("/login")).text).not.toContain("You are logged out.");
    expect(ada.cookie).toBeNull();
    expect((await ada.get("/profile")).status).toBe(302);
  });

  it("works from the button that every page has", async () => {
    const ada = await loggedIn((await startApp()).visitor());
    expect((await ada.get("/dashboard")).text).toContain('<form method="post" action="/logout">');
  });

  it("ends only the login of this browser", async () => {
    const app = await startApp();
    const laptop = await loggedIn(app.visitor());
    const phone = app.visitor();
    await phone.logIn();
    await laptop.post("/logout");
    expect((await phone.get("/profile")).status).toBe(200);
    expect((await laptop.get("/profile")).status).toBe(302);
  });

  it("takes a guest, and somebody who sends it twice, to the login page and gives them nothing to keep", async () => {
    const app = await startApp();
    const answer = await app.visitor().post("/logout");
    expect([answer.status, answer.headers.location]).toEqual([303, "/login"]);
    expect(answer.headers["set-cookie"]).toBeUndefined();
    const ada = await loggedIn(app.visitor());
    await ada.post("/logout");
    expect((await ada.post("/logout")).headers.location).toBe("/login");
    expect((await ada.get("/login")).text).toContain("You are logged out.");
  });
});

describe("GET /logout", () => {
  it("shows a button and ends nothing", async () => {
    const ada = await loggedIn((await startApp()).visitor());
    const page = await ada.get("/logout");
    expect(page.status).toBe(200);
    expect(page.text).toContain("<h1>Log out</h1>");
    await ada.head("/logout");
    expect((await ada.get("/profile")).status).toBe(200);
  });

  it("asks a guest to log in", async () => {
    const answer = await (await startApp()).visitor().get("/logout");
    expect([answer.status, answer.headers.location]).toEqual([302, "/login?next=%2Flogout"]);
  });
});
