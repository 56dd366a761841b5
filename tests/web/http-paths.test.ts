import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { startApp } from "../support/app.ts";
import { loggedIn } from "../support/visitor.ts";

const PROFILE = "Your details";

/** Sends the path as it is written; fetch and supertest would tidy it up. */
function raw(origin: string, path: string, options: { method?: string; cookie?: string } = {}) {
  const { hostname, port } = new URL(origin);
  const headers = { accept: "text/html", ...(options.cookie ? { cookie: `sid=${options.cookie}` } : {}) };
  return new Promise<{ status: number; text: string; location: string }>((resolve, reject) => {
    const sent = request({ hostname, port, path, method: options.method ?? "GET", headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, text, location: answer.headers.location ?? "" }),
      );
    });
    sent.on("error", reject).end();
  });
}

const SPELLINGS = [
  "/PROFILE",
  "/Profile",
  "/profile/",
  "/profile//",
  "//profile",
  "///profile",
  "/./profile",
  "/x/../profile",
  "/profile%2f",
  "/profile%2F..",
  "/%2fprofile",
  "/%70rofile",
  "/%50ROFILE",
  "/profile;x.css",
  "/profile;jsessionid=1",
  "/profile.css",
  "/profile.json",
  "/profile%00",
  "/profile%00.css",
  "/profile%20",
  "/profile?x=/login",
  "/profile#/login",
  "/login/../profile",
  "/css/../profile",
  "/css/..%2fprofile",
  "/login;/../profile",
  "/login%2f..%2fprofile",
  "/profile\\",
  "\\profile",
  "/dev/mailbox/../../profile",
  "/dashboard;.svg",
  "/DASHBOARD/",
];

describe("a member's page under an odd spelling", () => {
  it("is not shown to a guest", async () => {
    const app = await startApp();
    await loggedIn(app.visitor());
    for (const path of SPELLINGS)
      for (const method of ["GET", "HEAD"]) {
        const answer = await raw(app.origin, path, { method });
        expect(answer.text, path).not.toContain(PROFILE);
        expect(answer.text, path).not.toContain("Only people who are logged in");
        expect([302, 400, 404], path).toContain(answer.status);
        if (answer.status === 302) expect(answer.location, path).toMatch(/^\/login\?next=%2F(?!%2F|\/)/);
      }
  });

  it("takes nothing from a guest", async () => {
    const app = await startApp();
    for (const path of SPELLINGS)
      for (const method of ["POST", "PUT", "DELETE", "PATCH"])
        expect([400, 401, 404], path).toContain((await raw(app.origin, path, { method })).status);
  });

  it("is shown to a member under the spellings that people type", async () => {
    const app = await startApp();
    const { cookie } = await loggedIn(app.visitor());
    for (const path of ["/profile", "/profile/", "/Profile"])
      expect((await raw(app.origin, path, { cookie: String(cookie) })).text).toContain(PROFILE);
  });
});

describe("an address that can't be read", () => {
  it.each([
    "/%",
    "/%zz",
    "/%E0%A4%A",
    "/reset-password/%",
    "/reset-password/%ff",
    "/dev/mailbox/%c0%ae",
    "/css/%",
  ])("is answered calmly: %s", async (path) => {
    const app = await startApp();
    const { status, text } = await raw(app.origin, path);
    expect([400, 404, 410]).toContain(status);
    expect(text).toContain("<h1>");
    expect(text).not.toMatch(/URIError|Failed to decode|node_modules|\n +at /);
  });

  it("is answered calmly when it is very long or names another host", async () => {
    const app = await startApp();
    expect((await raw(app.origin, `/${"a".repeat(10_000)}`)).status).toBe(404);
    expect((await raw(app.origin, `/login?next=/${"a".repeat(10_000)}`)).status).toBe(200);
    expect((await raw(app.origin, `/profile?${"a".repeat(10_000)}`)).location).toBe("/login");
    const absolute = await raw(app.origin, "http://evil.test/profile");
    expect(absolute.text).not.toContain(PROFILE);
    expect(absolute.location).not.toContain("evil.test");
  });
});
