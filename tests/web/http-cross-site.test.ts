import { describe, expect, it } from "vitest";
import { startApp, type TestApp } from "../support/app.ts";
import { ADA, type Fields, GRACE, loggedIn, registered, type Visitor } from "../support/visitor.ts";

const NEW = "eleven copper kites at noon";
const FORMS: Record<string, Fields> = {
  "/register": { ...GRACE },
  "/login": { email: ADA.email, password: ADA.password },
  "/logout": {},
  "/forgot-password": { email: ADA.email },
  "/reset-password": { password: NEW },
  "/change-password": { currentPassword: ADA.password, password: NEW },
  "/profile": { firstName: "Eve", lastName: "Eve" },
};

/** Asks for a reset and opens the link, so that even that form would work. */
async function withResetUnderWay(app: TestApp, visitor: Visitor): Promise<Visitor> {
  await visitor.fillIn("/forgot-password", { email: ADA.email });
  await visitor.get(await app.mailbox.link(ADA.email, /Reset/, "/reset-password/"));
  return visitor;
}

/** What a browser and a plain program would send, without the two headers. */
function bare(visitor: Visitor, path: string, headers: Record<string, string> = {}) {
  const body = new URLSearchParams(FORMS[path] as Record<string, string>).toString();
  return visitor.send("POST", path, headers).type("form").send(body);
}

const FOREIGN: [string, (origin: string) => Record<string, string>][] = [
  ["Sec-Fetch-Site: cross-site", (origin) => ({ "sec-fetch-site": "cross-site", origin })],
  ["Sec-Fetch-Site: same-site", () => ({ "sec-fetch-site": "same-site" })],
  ["a Sec-Fetch-Site nobody has heard of", () => ({ "sec-fetch-site": "friendly" })],
  ["an empty Sec-Fetch-Site", () => ({ "sec-fetch-site": "" })],
  ["two of them", () => ({ "sec-fetch-site": "same-origin, cross-site" })],
  ["the Origin of another site", () => ({ origin: "https://evil.test" })],
  ["Origin: null", () => ({ origin: "null" })],
  ["an empty Origin", () => ({ origin: "" })],
  ["our Origin with more after it", (origin) => ({ origin: `${origin}.evil.test` })],
  ["our Origin with a path", (origin) => ({ origin: `${origin}/` })],
  ["our host by https", (origin) => ({ origin: origin.replace("http:", "https:") })],
  ["our host on another port", () => ({ origin: "http://127.0.0.1:1" })],
  ["another name of this computer", (origin) => ({ origin: origin.replace("127.0.0.1", "localhost") })],
  ["a Host that fits a foreign Origin", () => ({ origin: "http://evil.test", host: "evil.test" })],
];

describe("a form post from another site", () => {
  it.each(FOREIGN)("with %s is refused everywhere and changes nothing", async (_how, headersFor) => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    await withResetUnderWay(app, ada);
    const guest = await withResetUnderWay(app, app.visitor());
    await ada.get(await app.mailbox.link(ADA.email, /Reset/, "/reset-password/"));
    const mails = (await app.mailbox.all()).length;
    const headers = headersFor(app.origin);
    for (const visitor of [ada, guest])
      for (const path of Object.keys(FORMS)) {
        const answer = await bare(visitor, path, headers);
        expect(answer.status, path).toBe(403);
        expect(answer.headers.location).toBeUndefined();
      }
    expect(await app.mailbox.all()).toHaveLength(mails);
    expect((await ada.get("/")).text).toContain("Hello, Ada");
    expect((await guest.get("/profile")).status).toBe(302);
    expect((await guest.get("/reset-password")).status).toBe(200);
    expect((await app.visitor().logIn()).status).toBe(303);
    expect((await app.visitor().logIn(GRACE)).status).toBe(422);
  });

  it("is answered with a readable page", async () => {
    const guest = (await startApp()).visitor();
    const answer = await bare(guest, "/login", { "sec-fetch-site": "cross-site" });
    expect(answer.headers["content-type"]).toMatch(/^text\/html/);
    expect(answer.text).toContain("<h1>That request was refused</h1>");
  });

  it("is refused for every unsafe method and for paths that do not exist", async () => {
    const guest = (await startApp()).visitor();
    for (const method of ["POST", "PUT", "PATCH", "DELETE"])
      for (const path of ["/profile", "/nowhere", "/css/app.css"])
        expect((await guest.send(method, path, { origin: "https://evil.test" })).status).toBe(403);
  });

  it("is refused whatever its body claims to be", async () => {
    const ada = await loggedIn((await startApp()).visitor());
    for (const type of ["text/plain", "multipart/form-data; boundary=x", "application/json"]) {
      const headers = { "content-type": type, "sec-fetch-site": "cross-site" };
      expect((await ada.send("POST", "/logout", headers).send("x=1")).status).toBe(403);
    }
    expect((await ada.get("/profile")).status).toBe(200);
  });
});

describe("a form post of our own", () => {
  it.each([
    ["as browsers of today send it", (origin: string) => ({ origin, "sec-fetch-site": "same-origin" })],
    ["as older ones do, with an Origin only", (origin: string) => ({ origin })],
    ["typed or bookmarked", () => ({ "sec-fetch-site": "none" })],
    ["by a program that sends neither header", () => ({})],
  ])("passes %s", async (_how, headersFor) => {
    const app = await startApp();
    await registered(app.visitor());
    const ada = app.visitor();
    expect((await bare(ada, "/login", headersFor(app.origin))).status).toBe(303);
    expect((await bare(ada, "/profile", headersFor(app.origin))).status).toBe(303);
    expect((await ada.get("/")).text).toContain("Hello, Eve");
  });
});

describe("a link from another site", () => {
  it("opens any page, and a member is still logged in there", async () => {
    const ada = await loggedIn((await startApp()).visitor());
    const headers = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    expect((await ada.get("/profile", headers)).status).toBe(200);
    expect((await ada.get("/logout", headers)).status).toBe(200);
    expect((await ada.get("/profile")).status).toBe(200);
  });
});
