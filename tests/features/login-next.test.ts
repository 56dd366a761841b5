import { describe, expect, it } from "vitest";
import { startApp } from "../support/app.ts";
import { ADA, registered } from "../support/visitor.ts";

const LEADING_AWAY = [
  "//evil.test",
  "///evil.test",
  "////evil.test/..",
  "/\\evil.test",
  "\\\\evil.test",
  "\\/evil.test",
  "/\t/evil.test",
  "/\n/evil.test",
  "\t//evil.test",
  " //evil.test",
  "/\0/evil.test",
  "https:evil.test",
  "https://evil.test",
  "HTTPS://evil.test",
  "http:/\\/evil.test",
  "http:///evil.test",
  "@evil.test",
  ".evil.test",
  "evil.test",
  "/..//evil.test",
  "/.//evil.test",
  "/a/..//evil.test",
  "/./\\evil.test",
  "/%2e%2e//evil.test",
  "javascript:alert(1)",
  "data:text/html,x",
  "/\u202eevil.test",
  `/${"a".repeat(600)}`,
];

const ONLY_LOOKING = [
  "/%09/evil.test",
  "/%5cevil.test",
  "/%2f/evil.test",
  "/;//evil.test",
  "/login?next=//evil.test",
];
const WITH = { email: ADA.email, password: ADA.password };

describe("?next= of the login", () => {
  it.each(["/profile", "/profile?tab=1&x=%2F", "/dashboard#part", "/"])("leads to %s", async (next) => {
    const ada = await registered((await startApp()).visitor());
    const answer = await ada.fillIn(`/login?next=${encodeURIComponent(next)}`, WITH);
    expect([answer.status, answer.headers.location]).toEqual([303, next]);
  });

  it("never leads off the site", async () => {
    const app = await startApp();
    await registered(app.visitor());
    for (const next of LEADING_AWAY) {
      const page = await app.visitor().get(`/login?next=${encodeURIComponent(next)}`);
      expect(page.status, next).toBe(200);
      expect(page.text, next).not.toContain('name="next"');
      const answer = await app.visitor().post("/login", { ...WITH, next });
      expect([answer.status, answer.headers.location], next).toEqual([303, "/"]);
    }
  });

  it("stays on the site with a path that only looks dangerous", async () => {
    const app = await startApp();
    await registered(app.visitor());
    for (const next of ONLY_LOOKING) {
      const answer = await app.visitor().post("/login", { ...WITH, next });
      expect(answer.status, next).toBe(303);
      expect(new URL(String(answer.headers.location), app.origin).origin, next).toBe(app.origin);
    }
  });

  it("does not log out or do anything else on the way when it names a page with a button", async () => {
    const ada = await registered((await startApp()).visitor());
    const answer = await ada.post("/login", { ...WITH, next: "/logout" });
    expect((await ada.get(String(answer.headers.location))).status).toBe(200);
    expect((await ada.get("/profile")).status).toBe(200);
  });

  it("ignores an address that names it twice or as a list", async () => {
    const guest = (await startApp()).visitor();
    for (const query of ["next=/profile&next=//evil.test", "next[]=//evil.test", "next[0]=/profile"]) {
      const page = await guest.get(`/login?${query}`);
      expect(page.status).toBe(200);
      expect(page.text).not.toContain('name="next"');
    }
  });

  it("is not printed as markup", async () => {
    const guest = (await startApp()).visitor();
    const page = await guest.get(`/login?next=${encodeURIComponent('/"><svg onload=1>')}`);
    expect(page.text).not.toContain("<svg");
  });

  it("brings a guest back to the very page they asked for", async () => {
    const ada = await registered((await startApp()).visitor());
    const { location } = (await ada.get("/dashboard?week=3&all=yes")).headers;
    expect(location).toBe("/login?next=%2Fdashboard%3Fweek%3D3%26all%3Dyes");
    const answer = await ada.fillIn(String(location), WITH);
    expect(answer.headers.location).toBe("/dashboard?week=3&all=yes");
  });
});
