// Promises about bodies over HTTP: whatever is posted to a form, the answer is the form again or a refusal, never a fault.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { startApp } from "../support/app.ts";
import { ADA, registered } from "../support/visitor.ts";
import { oddBytes, oddHeaderText, oddText } from "./odd-text.ts";
import { tries } from "./seed.ts";
import { wireTo } from "./wire.ts";

const FORMS = ["/login", "/register", "/forgot-password"];
const URLENCODED = "application/x-www-form-urlencoded";
/** Unmistakable, and long enough that it stands on no page by chance. */
const SECRET = "qzxv-never-shown-again-qzxv";

const name = fc.oneof(
  fc.constantFrom("email", "password", "firstName", "lastName", "rememberMe", "next"),
  fc.constantFrom(
    "email[]",
    "password[a]",
    "email[__proto__][x]",
    "__proto__",
    "__proto__[x]",
    "constructor",
    "",
  ),
  oddText,
);
const escaped = (text: string) => encodeURIComponent(text.toWellFormed());
const field = fc.oneof(
  fc.tuple(name, oddText).map(([key, value]) => `${escaped(key)}=${escaped(value)}`),
  fc.tuple(name, oddBytes).map(([key, value]) => `${escaped(key)}=${value}`),
  fc.constantFrom(
    `password=${SECRET}`,
    `email=${escaped(ADA.email)}`,
    "&",
    "=",
    "%",
    "email",
    "email=%ff%fe",
  ),
);
const body = fc.oneof(
  { weight: 4, arbitrary: fc.array(field, { maxLength: 12 }).map((fields) => fields.join("&")) },
  {
    weight: 1,
    arbitrary: fc.array(field, { minLength: 20, maxLength: 60 }).map((fields) => fields.join("&")),
  },
  { weight: 1, arbitrary: oddBytes },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.tuple(oddBytes, fc.nat(200)).map(([bytes, count]) => bytes.repeat(count)) },
);
const type = fc.oneof(
  { weight: 4, arbitrary: fc.constant(URLENCODED) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...["utf-8", "UTF8", "iso-8859-1", "utf-16", "utf-7", "klingon", "", '"', "utf-8; charset=latin1"].map(
        (charset) => `${URLENCODED}; charset=${charset}`,
      ),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom("", "application/json", "text/plain", "multipart/form-data", ";", "a/b;c"),
  },
  { weight: 1, arbitrary: oddHeaderText },
);
const encoding = fc.oneof(
  { weight: 9, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom("gzip", "br", "deflate", "identity", "x")
      .map((one) => ({ "content-encoding": one })),
  },
);

const sharedByAllObjects = () => Object.getOwnPropertyNames(Object.prototype);

describe("whatever is posted to a form", () => {
  it("is answered with the form, or refused, and a password is never sent back", async () => {
    const app = await startApp();
    await registered(app.visitor());
    const before = sharedByAllObjects();
    const ask = wireTo(app.origin, 4);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...FORMS),
        body,
        type,
        encoding,
        async (path, bytes, contentType, packed) => {
          const headers = { accept: "text/html", "content-type": contentType, ...packed };
          const answer = await ask({ method: "POST", path, headers, body: bytes });
          expect([303, 400, 413, 415, 422]).toContain(answer.status);
          expect(answer.headers["content-type"] ?? "").toMatch(
            answer.status === 303 ? /^text/ : /^text\/html/,
          );
          if (!bytes.replace(`password=${SECRET}`, "").includes(SECRET))
            expect(answer.text).not.toContain(SECRET);
        },
      ),
      tries(600),
    );
    expect(sharedByAllObjects()).toEqual(before);
    expect(app.logs.filter(({ level }) => Number(level) >= 50)).toEqual([]);
    expect(JSON.stringify(app.logs)).not.toContain(SECRET);
    expect((await app.visitor().logIn()).status).toBe(303);
  });
});
