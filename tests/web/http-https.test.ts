import { describe, expect, it } from "vitest";
import { startApp, type TestApp } from "../support/app.ts";
import { ADA, registered, type Visitor } from "../support/visitor.ts";

const BASE_URL = "https://auth.example";
/** Without verification, because these visitors carry their cookie by hand. */
const HTTPS = { BASE_URL, TRUST_PROXY: "1", REQUIRE_EMAIL_VERIFICATION: "false" };

/** A browser behind the proxy that ends TLS; the cookie is carried by hand, because this side of it is plain http. */
function behindTls(app: TestApp, cookie?: string): Visitor {
  const visitor = app.visitor();
  visitor.headers = {
    origin: BASE_URL,
    host: "auth.example",
    "x-forwarded-proto": "https",
    "x-forwarded-for": "203.0.113.9",
    ...(cookie ? { cookie } : {}),
  };
  return visitor;
}

describe("a site at an https address", () => {
  it("gives a __Host- cookie that is Secure, and takes it back", async () => {
    const app = await startApp({ env: HTTPS });
    await registered(behindTls(app));
    const answer = await behindTls(app).logIn();
    expect(answer.status).toBe(303);
    const cookies = [answer.headers["set-cookie"]].flat();
    expect(cookies).toHaveLength(1);
    const [pair = "", ...attributes] = String(cookies[0]).split("; ");
    expect(pair).toMatch(/^__Host-sid=/);
    expect(attributes.sort()).toEqual(["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]);
    const ada = behindTls(app, pair);
    expect((await ada.get("/profile")).status).toBe(200);
    const out = await ada.post("/logout");
    expect(String(out.headers["set-cookie"])).toMatch(/^__Host-sid=/);
    expect((await ada.get("/profile")).status).toBe(302);
  });

  it("ignores the cookie under its other name", async () => {
    const app = await startApp({ env: HTTPS });
    await registered(behindTls(app));
    const answer = await behindTls(app).logIn();
    const pair = String(answer.headers["set-cookie"]).split("; ")[0] ?? "";
    expect((await behindTls(app, pair.replace("__Host-sid", "sid")).get("/profile")).status).toBe(302);
  });

  it("clears its cookie with the attributes it was set with", async () => {
    const app = await startApp({ env: HTTPS });
    const answer = await behindTls(app).fillIn("/forgot-password", { email: ADA.email });
    const pair = String(answer.headers["set-cookie"]).split("; ")[0] ?? "";
    const shown = await behindTls(app, pair).get("/forgot-password");
    expect(String(shown.headers["set-cookie"])).toMatch(
      /^__Host-sid=; Path=\/; Expires=Thu, 01 Jan 1970.*Secure/,
    );
  });

  it("tells browsers to come by https only, and puts its address into mails", async () => {
    const app = await startApp({ env: HTTPS });
    const ada = await registered(behindTls(app));
    expect((await ada.get("/")).headers["strict-transport-security"]).toMatch(/max-age=63072000/);
    await ada.fillIn("/forgot-password", { email: ADA.email });
    expect((await app.mailbox.newest(ADA.email, /Reset/)).text).toContain(`${BASE_URL}/reset-password/`);
  });

  it("believes no X-Forwarded-Proto that no proxy was declared for", async () => {
    const app = await startApp({ env: { BASE_URL } });
    expect((await behindTls(app).logIn()).status).toBe(400);
  });
});

describe("a site at an https address whose requests arrive as plain http", () => {
  it("answers a login with a page that says why, instead of the form again", async () => {
    const app = await startApp({ env: { BASE_URL } });
    const ada = app.visitor();
    expect((await ada.get("/login")).status).toBe(200);
    const answer = await ada.post("/login", { ...WITH }, { origin: BASE_URL });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain("set up for https");
    expect(answer.text).not.toContain(ADA.password);
    expect(answer.headers["content-type"]).toMatch(/^text\/html/);
    expect(answer.text).toContain("<h1>");
  });

  it("tells the log once, in one line with the fix", async () => {
    const app = await startApp({ env: { BASE_URL } });
    for (let times = 0; times < 3; times++) {
      await app.visitor().get("/login");
      await app.visitor().post("/login", WITH, { origin: BASE_URL });
    }
    const warnings = app.logs.filter(({ level }) => level === 40);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.msg).toContain("TRUST_PROXY=1");
    expect(String(warnings[0]?.msg)).not.toContain("\n");
  });
});

describe("a site at an http address", () => {
  it("asks nobody for https and warns of nothing", async () => {
    const app = await startApp();
    const page = await app.visitor().get("/");
    expect(page.headers["strict-transport-security"]).toBeUndefined();
    expect(app.logs.filter(({ level }) => Number(level) >= 40)).toEqual([]);
  });
});

const WITH = { email: ADA.email, password: ADA.password };
