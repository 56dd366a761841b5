import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { startApp, type TestApp } from "../support/app.ts";
import { ADA, registered } from "../support/visitor.ts";

const FORMS = ["/login", "/register", "/forgot-password"];
const URLENCODED = "application/x-www-form-urlencoded";

function send(app: TestApp, path: string, body: string | Buffer, type = URLENCODED, more = {}) {
  return app
    .visitor()
    .send("POST", path, { "content-type": type, ...more })
    .serialize((sent: unknown) => sent as string)
    .send(body as string);
}

const LOGIN = new URLSearchParams({ email: ADA.email, password: ADA.password }).toString();

describe("the body of a form post", () => {
  it("of a megabyte is refused with a page", async () => {
    const app = await startApp();
    for (const path of FORMS) {
      const answer = await send(app, path, `${LOGIN}&next=${"a".repeat(1_000_000)}`);
      expect(answer.status, path).toBe(413);
      expect(answer.headers["content-type"]).toMatch(/^text\/html/);
      expect(answer.text).toContain("<h1>That is too much at once</h1>");
      expect(answer.text).not.toContain(ADA.password);
    }
  });

  it("of a megabyte is refused when it is packed small", async () => {
    const packed = gzipSync(`${LOGIN}&next=${"a".repeat(1_000_000)}`);
    const answer = await send(await startApp(), "/login", packed, URLENCODED, { "content-encoding": "gzip" });
    expect(answer.status).toBe(413);
  });

  it("with a thousand fields is refused", async () => {
    const app = await startApp();
    const many = Array.from({ length: 1000 }, (_, n) => `field${n}=x`).join("&");
    for (const path of FORMS) {
      const { status } = await send(app, path, `${LOGIN}&${many}`);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    }
  });

  it.each([
    ["a charset nobody has", `${URLENCODED}; charset=klingon`],
    ["a charset that is not ours", `${URLENCODED}; charset=utf-16`],
    ["a type that can't be read", ";;;"],
    ["JSON", "application/json"],
    ["plain text", "text/plain"],
    ["a multipart form", "multipart/form-data; boundary=x"],
    ["a multipart form without its boundary", "multipart/form-data"],
    ["XML", "application/xml"],
  ])("that says it is %s logs nobody in", async (_what, type) => {
    const app = await startApp();
    await registered(app.visitor());
    for (const body of [LOGIN, JSON.stringify({ email: ADA.email, password: ADA.password })]) {
      const answer = await send(app, "/login", body, type);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(answer.headers["set-cookie"]).toBeUndefined();
    }
  });

  it.each([
    ["nothing", ""],
    ["only ampersands", "&&&&"],
    ["broken escapes", "email=%&password=%zz"],
    ["half a letter", "email=ada%40example.com&password=%ED%A0%80%ED%A0%80%ED%A0%80%ED%A0%80%ED%A0%80"],
    ["bytes that are no text", "email=%ff%fe&password=%c3%28"],
    ["a NUL", "email=ada%40example.com%00&password=%00"],
    ["keys that programs trip over", "__proto__[a]=1&constructor[prototype]=1&toString=1&hasOwnProperty=1"],
    ["keys of a template engine", "settings[view options][outputFunctionName]=x&client=1&cache=1&escape=1"],
    ["brackets without end", `a${"[a]".repeat(500)}=1`],
    ["a list of lists", "email[0][0]=a&email[1]=b&password[]=c"],
  ])("of %s is shown the form again", async (_what, body) => {
    const app = await startApp();
    await registered(app.visitor());
    for (const path of FORMS) {
      const answer = await send(app, path, body);
      expect(answer.status, path).toBe(422);
      expect(answer.text).toContain("There is a problem");
    }
    expect((await app.visitor().logIn()).status).toBe(303);
  });

  it("with packed nonsense is refused", async () => {
    const app = await startApp();
    for (const encoding of ["gzip", "br", "deflate", "klingon"]) {
      const { status } = await send(app, "/login", LOGIN, URLENCODED, { "content-encoding": encoding });
      expect(status, encoding).toBeGreaterThanOrEqual(400);
      expect(status, encoding).toBeLessThan(500);
    }
  });

  it("is not read from a GET", async () => {
    const app = await startApp();
    const ada = await registered(app.visitor());
    const answer = await ada.get("/login", { "content-type": URLENCODED }).send(LOGIN);
    expect(answer.status).toBe(200);
    expect(answer.headers["set-cookie"] ?? "").not.toContain("sid=s");
  });
});
