import { describe, expect, it } from "vitest";
import { startApp } from "../support/app.ts";
import { loggedIn } from "../support/visitor.ts";

describe("GET /", () => {
  it("welcomes a guest and offers both ways in", async () => {
    const page = await (await startApp({ env: { APP_NAME: "Penguin Palace" } })).visitor().get("/");
    expect(page.status).toBe(200);
    expect(page.text).toContain("Welcome to Penguin Palace");
    expect(page.text).toContain('href="/login"');
    expect(page.text).toContain('href="/register"');
  });

  it("greets a member by first name", async () => {
    const ada = await loggedIn((await startApp()).visitor());
    const page = await ada.get("/");
    expect(page.text).toContain("Hello, Ada");
    expect(page.text).not.toContain('href="/login"');
  });
});

describe("GET /dashboard", () => {
  it("shows itself to a member", async () => {
    const ada = await loggedIn((await startApp()).visitor());
    const page = await ada.get("/dashboard");
    expect(page.status).toBe(200);
    expect(page.headers["cache-control"]).toBe("no-store");
    expect(page.text).toContain("Ada");
  });

  it("sends a browser to the login, and a program away with 401", async () => {
    const guest = (await startApp()).visitor();
    expect((await guest.get("/dashboard")).headers.location).toBe("/login?next=%2Fdashboard");
    expect((await guest.head("/dashboard")).status).toBe(302);
    const answer = await guest.get("/dashboard", { accept: "application/json" });
    expect(answer.status).toBe(401);
    expect(answer.body).toMatchObject({ status: 401, requestId: answer.headers["x-request-id"] });
  });
});

describe("GET /.well-known/change-password", () => {
  it("leads a password manager to the form, whoever asks", async () => {
    const app = await startApp();
    for (const visitor of [app.visitor(), await loggedIn(app.visitor())]) {
      const answer = await visitor.get("/.well-known/change-password");
      expect([answer.status, answer.headers.location]).toEqual([302, "/change-password"]);
    }
  });
});

describe("GET /healthz and /readyz", () => {
  it("say that all is well, without a cookie", async () => {
    const probe = (await startApp()).visitor();
    for (const path of ["/healthz", "/readyz"]) {
      const answer = await probe.get(path, { accept: "*/*" });
      expect(answer.status).toBe(200);
      expect(answer.headers["content-type"]).toMatch(/^application\/json/);
      expect(answer.headers["set-cookie"]).toBeUndefined();
      expect((await probe.head(path)).status).toBe(200);
    }
  });

  it("say while the program is stopping that it is up, but should be sent nothing more", async () => {
    const app = await startApp();
    app.setStopping(true);
    expect((await app.visitor().get("/healthz")).status).toBe(200);
    const answer = await app.visitor().get("/readyz");
    expect([answer.status, answer.body.status]).toEqual([503, "stopping"]);
  });

  it("say that the database does not answer, and not why", async () => {
    const app = await startApp();
    await app.storage.db.destroy();
    expect((await app.visitor().get("/healthz")).status).toBe(200);
    const answer = await app.visitor().get("/readyz");
    expect(answer.status).toBe(503);
    expect(answer.body).toEqual({ status: "database does not answer" });
  });
});
