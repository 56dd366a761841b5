import { describe, expect, it } from "vitest";
import { startApp } from "../support/app.ts";
import { ADA, type Fields, GRACE, loggedIn } from "../support/visitor.ts";

describe("GET /profile", () => {
  it("shows a member their own data and nobody else's", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    await loggedIn(app.visitor(), GRACE);
    const page = await ada.get("/profile");
    expect(page.status).toBe(200);
    expect(page.text).toContain(ADA.email);
    expect(page.text).toContain('value="Ada"');
    expect(page.text).toContain('value="Lovelace"');
    expect(page.text).not.toMatch(/Grace|Hopper|grace@/);
  });

  it("leads to changing the password", async () => {
    const ada = await loggedIn((await startApp()).visitor());
    expect((await ada.get("/profile")).text).toContain('href="/change-password"');
  });

  it("sends a guest to the login", async () => {
    const guest = (await startApp()).visitor();
    const answer = await guest.get("/profile");
    expect([answer.status, answer.headers.location]).toEqual([302, "/login?next=%2Fprofile"]);
    expect((await guest.head("/profile")).status).toBe(302);
  });
});

describe("POST /profile", () => {
  it("saves both names and greets by the new one", async () => {
    const ada = await loggedIn((await startApp()).visitor());
    const answer = await ada.fillIn("/profile", { firstName: " Augusta ", lastName: "King" });
    expect([answer.status, answer.headers.location]).toEqual([303, "/profile"]);
    const page = await ada.get("/profile");
    expect(page.text).toContain("Your profile is saved.");
    expect(page.text).toContain('value="Augusta"');
    expect(page.text).toContain('value="King"');
    expect((await ada.get("/")).text).toContain("Hello, Augusta");
    expect((await ada.get("/profile")).text).not.toContain("Your profile is saved.");
  });

  it("changes nobody else", async () => {
    const app = await startApp();
    const grace = await loggedIn(app.visitor(), GRACE);
    const ada = await loggedIn(app.visitor());
    await ada.fillIn("/profile", { firstName: "Augusta", lastName: "King" });
    expect((await grace.get("/profile")).text).toContain('value="Grace"');
  });

  const names = { firstName: "Augusta", lastName: "King" };
  it.each<[string, Fields, string]>([
    ["no first name", { ...names, firstName: "" }, "firstName"],
    ["a last name of spaces", { ...names, lastName: "  " }, "lastName"],
    ["101 characters", { ...names, firstName: "a".repeat(101) }, "firstName"],
    ["a NUL", { ...names, lastName: "Ki\0ng" }, "lastName"],
    ["a line break", { ...names, lastName: "King\nof nothing" }, "lastName"],
    ["two first names", { ...names, firstName: ["Augusta", "Ada"] }, "firstName"],
    ["one name only", { firstName: "Augusta" }, "lastName"],
  ])("refuses %s, shows the rest again, and saves nothing", async (_what, fields, wrong) => {
    const ada = await loggedIn((await startApp()).visitor());
    const answer = await ada.fillIn("/profile", fields);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`href="#${wrong}"`);
    const right = wrong === "firstName" ? "lastName" : "firstName";
    expect(answer.text).toContain(`value="${fields[right]}"`);
    expect((await ada.get("/")).text).toContain("Hello, Ada");
  });

  it.each(["id", "email", "email_canonical", "password", "password_hash", "userId", "verified_at"])(
    "refuses the field %s and changes nothing",
    async (name) => {
      const app = await startApp();
      const ada = await loggedIn(app.visitor());
      const answer = await ada.post("/profile", { ...names, [name]: "eve@evil.test" });
      expect(answer.status).toBe(422);
      expect(answer.text).not.toContain("eve@evil.test");
      expect((await ada.get("/profile")).text).toContain('value="Ada"');
      expect((await app.visitor().logIn()).status).toBe(303);
    },
  );

  it("prints a name as text wherever it appears", async () => {
    const ada = await loggedIn((await startApp()).visitor());
    await ada.fillIn("/profile", { firstName: '<b>&"', lastName: "<%= 7*7 %>" });
    for (const path of ["/", "/profile", "/dashboard"]) {
      const { text } = await ada.get(path);
      expect(text).not.toContain("<b>");
      expect(text).toContain("&lt;b&gt;&amp;&#34;");
      expect(text).not.toContain("&amp;lt;");
    }
  });

  it("refuses a guest and says that nothing was changed", async () => {
    const answer = await (await startApp()).visitor().post("/profile", names);
    expect(answer.status).toBe(401);
    expect(answer.text).toContain("Your login has ended");
  });
});
