import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { startApp } from "../support/app.ts";

function rawStatus(origin: string, path: string): Promise<number> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path }, (answer) => {
      answer.resume().on("end", () => resolve(answer.statusCode ?? 0));
    })
      .on("error", reject)
      .end();
  });
}

const ELSEWHERE = [
  "/package.json",
  "/package-lock.json",
  "/.env",
  "/.env.example",
  "/.dev-secret",
  "/.git/config",
  "/.gitignore",
  "/users.db",
  "/sessions.db",
  "/users.db-wal",
  "/src/app.ts",
  "/config/env.ts",
  "/views/login/login.ejs",
  "/node_modules/express/package.json",
  "/css",
  "/css/",
  "/js/",
  "/public/css/app.css",
  "/css/../../package.json",
  "/../package.json",
  "/..%2fpackage.json",
  "/css/..%2f..%2fpackage.json",
  "/css/%2e%2e/%2e%2e/package.json",
  "/css/..%5c..%5cpackage.json",
  "/css/....//....//package.json",
  "/%2e%2e%2fusers.db",
  "/css/app.css%00.html",
  "//css/../../package.json",
];

describe("static files", () => {
  it.each([
    ["/css/app.css", /^text\/css/],
    ["/js/forms.js", /javascript/],
    ["/favicon.svg", /^image\/svg/],
  ])("%s is served with its type", async (path, type) => {
    const answer = await (await startApp()).visitor().get(path);
    expect(answer.status).toBe(200);
    expect(answer.headers["content-type"]).toMatch(type);
    expect(answer.headers["set-cookie"]).toBeUndefined();
  });

  it("may be kept for ever under the address that pages give them", async () => {
    const guest = (await startApp()).visitor();
    const page = await guest.get("/");
    const addresses = [...page.text.matchAll(/(?:href|src)="(\/[^"]+\?v=[^"]+)"/g)].map(
      ([, address]) => address,
    );
    expect(addresses.length).toBeGreaterThanOrEqual(3);
    for (const address of addresses) {
      const answer = await guest.get(String(address));
      expect(answer.status).toBe(200);
      expect(answer.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    }
  });

  it("are asked for again under their plain address, at the cost of a 304", async () => {
    const guest = (await startApp()).visitor();
    const first = await guest.get("/css/app.css");
    expect(first.headers["cache-control"]).toBe("no-cache");
    const since = String(first.headers["last-modified"]);
    expect((await guest.get("/css/app.css", { "if-modified-since": since })).status).toBe(304);
  });

  it("do not include anything that lies elsewhere", async () => {
    const app = await startApp();
    for (const path of ELSEWHERE) expect([400, 403, 404], path).toContain(await rawStatus(app.origin, path));
  });
});
