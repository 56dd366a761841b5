// Promises about the cookie: whatever a browser sends, only the very cookie that a login was given is that login.
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { startApp } from "../support/app.ts";
import { ADA, loggedIn } from "../support/visitor.ts";
import { oddHeaderText, oddText } from "./odd-text.ts";
import { tries } from "./seed.ts";
import { type Answer, wireTo } from "./wire.ts";

/** Of Ada's login: "s:id.signature", as its browser has it, and the two parts. */
interface Genuine {
  value: string;
  id: string;
  signature: string;
}

async function started() {
  const app = await startApp();
  const ada = await loggedIn(app.visitor());
  const value = decodeURIComponent(String(ada.cookie));
  const [, id = "", signature = ""] = /^s:([^.]+)\.(.+)$/.exec(value) ?? [];
  const ask = wireTo(app.origin, 4);
  const profile = (cookie: string | string[]) =>
    ask({ method: "GET", path: "/profile", headers: { accept: "text/html", cookie } });
  return {
    genuine: { value, id, signature },
    profile,
    isIn: async () => (await ada.get("/profile")).status === 200,
  };
}

const sign = (id: string, secret: string) =>
  createHmac("sha256", secret).update(id).digest("base64").replace(/=+$/, "");

/** Changes one character of a text into another one. */
const changed = (text: string) =>
  fc
    .tuple(fc.nat(text.length - 1), fc.constantFrom(..."ABCabc019-_+/. "))
    .map(([at, one]) => text.slice(0, at) + one + text.slice(at + 1))
    .filter((other) => other.trim() !== text);

/** What looks like the cookie of Ada's login and is not. */
function forgeries({ value, id, signature }: Genuine) {
  const forged = fc.oneof(
    changed(value),
    oddText.map((secret) => `s:${id}.${sign(id, secret)}`),
    oddText.map((odd) => `s:${id}.${odd}`).filter((other) => other.trim() !== value),
    oddText.map((odd) => `s:${odd}.${signature}`).filter((other) => other.trim() !== value),
    fc.constantFrom(id, signature, `s:${id}`, `s:${id}.`, `s:.${signature}`, `s:s:${id}.${signature}`),
    fc.constantFrom(`S:${id}.${signature}`, `j:{"id":"${id}"}`, `s:${id}.${signature}=`, `s:${id}.${id}`),
    oddText,
  );
  return forged.map((text) => `sid=${encodeURIComponent(text.toWellFormed())}`);
}

/** Garbage, other cookies, and the right value under another name. */
function strangers({ value }: Genuine) {
  const right = encodeURIComponent(value);
  const names = fc.constantFrom("SID", "sid2", "__Host-sid", "sid[]", "$sid", "connect.sid", "__proto__");
  return fc.oneof(
    oddHeaderText,
    oddHeaderText.map((odd) => `sid=${odd}`),
    oddHeaderText.map((odd) => `sid=s%3A${odd}`),
    fc.tuple(names, fc.constant(right)).map((pair) => pair.join("=")),
  );
}

function expectNobody({ status, headers, text }: Answer): void {
  expect([302, 400, 431]).toContain(status);
  if (status === 302) expect(headers.location).toBe("/login?next=%2Fprofile");
  expect(text).not.toContain(ADA.email);
}

describe("a cookie that is not Ada's", () => {
  it("does not open her profile, however alike it looks", async () => {
    const { genuine, profile, isIn } = await started();
    await fc.assert(
      fc.asyncProperty(fc.oneof(forgeries(genuine), strangers(genuine)), async (cookie) =>
        expectNobody(await profile(cookie)),
      ),
      tries(700),
    );
    expect(await isIn()).toBe(true);
  });

  it("does not do so in numbers either: hundreds in one header, in many headers, or too much for one", async () => {
    const { genuine, profile, isIn } = await started();
    const cookies = fc.array(fc.oneof(forgeries(genuine), strangers(genuine)), { maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(cookies, fc.boolean(), async (many, inOne) =>
        expectNobody(await profile(inOne ? many.join("; ") : many)),
      ),
      tries(100),
    );
    expect(await isIn()).toBe(true);
  });

  it("sent beside hers never breaks anything, and leaves her where she was", async () => {
    const { genuine, profile, isIn } = await started();
    const hers = `sid=${encodeURIComponent(genuine.value)}`;
    await fc.assert(
      fc.asyncProperty(forgeries(genuine), fc.boolean(), async (other, first) => {
        const answer = await profile((first ? [other, hers] : [hers, other]).join("; "));
        expect([200, 302, 431]).toContain(answer.status);
      }),
      tries(200),
    );
    expect((await profile(hers)).status).toBe(200);
    expect(await isIn()).toBe(true);
  });
});
