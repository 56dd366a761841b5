import { describe, expect, it } from "vitest";
import { HashQueueFullError } from "../../src/accounts/hash-queue.ts";
import type { Feature } from "../../src/core.ts";
import { startApp } from "../support/app.ts";
import { inShortLived } from "../support/storage.ts";
import { loggedIn } from "../support/visitor.ts";

const FAULT = "the secret reason";

const faulty: Feature = ({ pages, publicPages }) => {
  publicPages.get("/throws", () => {
    throw new Error(FAULT);
  });
  publicPages.post("/rejects", async () => {
    await Promise.reject(new Error(FAULT));
  });
  publicPages.get("/throws-a-text", () => {
    throw FAULT;
  });
  publicPages.get("/no-such-view", (_req, res) => res.render("nowhere/nothing"));
  publicPages.get("/too-late", (_req, res) => {
    res.write("half a page");
    throw new Error(FAULT);
  });
  publicPages.get("/a-librarys-fault", () => {
    throw Object.assign(new Error(FAULT), { status: 500 });
  });
  publicPages.get("/busy", () => {
    throw new HashQueueFullError(2);
  });
  publicPages.get("/locked", () => {
    throw Object.assign(new Error(FAULT), { code: "SQLITE_BUSY" });
  });
  pages.get("/broken-inside", () => {
    throw new Error(FAULT);
  });
};

const start = () => startApp({ extraFeatures: [faulty] });

describe("a fault", () => {
  it.each(["/throws", "/throws-a-text", "/no-such-view", "/a-librarys-fault"])(
    "at %s is a calm page with an id, and the log has the rest",
    async (path) => {
      const app = await start();
      const answer = await app.visitor().get(path);
      expect(answer.status).toBe(500);
      expect(answer.headers["content-type"]).toMatch(/^text\/html/);
      expect(answer.text).toContain("<h1>Something went wrong</h1>");
      expect(answer.text).not.toMatch(/secret reason|node_modules|\.ts|nowhere\/nothing|\n +at /);
      const id = answer.headers["x-request-id"];
      expect(answer.text).toContain(id);
      const logged = app.logs.find(({ level, requestId }) => level === 50 && requestId === id);
      expect(JSON.stringify(logged)).toMatch(/secret reason|nowhere\/nothing/);
    },
  );

  it("is not what being busy is: it says when to come back, and fills no log", async () => {
    const app = await start();
    const answer = await app.visitor().get("/busy");
    expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "2"]);
    expect(app.logs.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });

  it("in a rejected promise is caught too", async () => {
    const answer = await (await start()).visitor().post("/rejects");
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain(FAULT);
  });

  it("is JSON for a program that asks for JSON", async () => {
    const answer = await (await start()).visitor().get("/throws", { accept: "application/json" });
    expect(answer.status).toBe(500);
    expect(answer.body).toMatchObject({ status: 500, requestId: answer.headers["x-request-id"] });
    expect(JSON.stringify(answer.body)).not.toContain(FAULT);
  });

  it("shows a member that they are still logged in", async () => {
    const ada = await loggedIn((await start()).visitor());
    const answer = await ada.get("/broken-inside");
    expect(answer.status).toBe(500);
    expect(answer.text).toContain("Log out");
    expect((await ada.get("/profile")).status).toBe(200);
  });

  it("after half a page ends the connection, and the program goes on", async () => {
    const app = await start();
    await expect(app.visitor().get("/too-late")).rejects.toThrow();
    expect((await app.visitor().get("/")).status).toBe(200);
  });

  it("of the database asks to come back in a moment", async () => {
    const answer = await (await start()).visitor().get("/locked");
    expect(answer.status).toBe(503);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
    expect(answer.text).not.toContain(FAULT);
  });

  it("of the sessions' file is no way past the wall", async () => {
    const app = await start();
    const ada = await loggedIn(app.visitor());
    await inShortLived(app.storage, "DROP TABLE sessions");
    const answer = await ada.get("/profile");
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(answer.text).not.toMatch(/sessions|SELECT|Your details/);
  });
});

describe("a missing page", () => {
  it("is a page with a way home, for guests and members alike", async () => {
    const app = await startApp();
    for (const visitor of [app.visitor(), await loggedIn(app.visitor())]) {
      const answer = await visitor.get("/no-such-page");
      expect(answer.status).toBe(404);
      expect(answer.text).toContain("<h1>Page not found</h1>");
      expect(answer.text).toContain('href="/"');
    }
  });

  it("does not print what was asked for", async () => {
    const answer = await (await startApp()).visitor().get("/%3Cscript%3Ealert(1)%3C/script%3E");
    expect(answer.status).toBe(404);
    expect(answer.text).not.toMatch(/alert|%3C/);
  });
});
