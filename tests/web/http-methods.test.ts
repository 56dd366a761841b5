import { describe, expect, it } from "vitest";
import { startApp } from "../support/app.ts";
import { loggedIn } from "../support/visitor.ts";

const PUBLIC = ["/", "/login", "/register", "/forgot-password", "/reset-password", "/healthz", "/readyz"];
const MEMBERS = ["/profile", "/dashboard", "/change-password"];
const ODD = ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "LINK"];

describe("a method that a page does not have", () => {
  it.each(ODD)("%s is 405 with Allow on a public page, and changes nothing", async (method) => {
    const guest = (await startApp()).visitor();
    for (const path of PUBLIC) {
      const answer = await guest.send(method, path);
      expect(answer.status, path).toBe(405);
      expect(answer.headers.allow, path).toMatch(/^GET, HEAD/);
    }
    expect((await guest.send(method, "/nowhere")).status).toBe(404);
  });

  it.each(ODD)("%s is 401 for a guest on a member's page, and 405 for a member", async (method) => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    for (const path of MEMBERS) {
      expect((await app.visitor().send(method, path)).status, path).toBe(401);
      expect((await ada.send(method, path)).status, path).toBe(405);
    }
  });

  it("POST is refused where there is no form", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    for (const path of ["/", "/healthz", "/readyz"]) expect((await ada.post(path)).status).toBe(405);
    expect((await ada.post("/dashboard")).status).toBe(405);
    expect((await app.visitor().post("/dashboard")).status).toBe(401);
    expect((await ada.post("/nowhere")).status).toBe(404);
    expect([404, 405]).toContain((await ada.post("/css/app.css")).status);
  });

  it("is not reached by a header or a field that names another one", async () => {
    const ada = await loggedIn((await startApp()).visitor());
    for (const name of ["x-http-method-override", "x-method-override", "x-http-method"]) {
      expect((await ada.get("/logout", { [name]: "POST" })).status).toBe(200);
      expect((await ada.post("/profile?_method=DELETE", {}, { [name]: "DELETE" })).status).toBe(422);
    }
    expect((await ada.get("/profile")).status).toBe(200);
  });

  it("does not echo a TRACE", async () => {
    const guest = (await startApp()).visitor();
    const answer = await guest.send("TRACE", "/login", { "x-secret": "echo" });
    expect(answer.text).not.toContain("echo");
  });
});

describe("HEAD", () => {
  it("answers like GET without a body on every page", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    const guest = app.visitor();
    const pairs = [
      ...PUBLIC.map((path) => [guest, path] as const),
      ...MEMBERS.map((path) => [ada, path] as const),
    ];
    for (const [visitor, path] of [
      ...pairs,
      [guest, "/nowhere"] as const,
      [guest, "/css/app.css"] as const,
    ]) {
      const [get, head] = [await visitor.get(path), await visitor.head(path)];
      expect(head.status, path).toBe(get.status);
      expect(head.headers["content-type"], path).toBe(get.headers["content-type"]);
      expect(head.headers.location, path).toBe(get.headers.location);
      expect(head.text ?? "", path).toBe("");
    }
  });
});
