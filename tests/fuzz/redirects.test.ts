// Promises about ?next=: whatever is put there, a browser that follows it stays on this site.
import fc from "fast-check";
import { describe, it } from "vitest";
import { loginPath, safePath } from "../../src/web/redirects.ts";
import { oddText } from "./odd-text.ts";
import { tries } from "./seed.ts";

const SITES = [
  "https://site.example",
  "http://site.example",
  "https://site.example:8443",
  "http://127.0.0.1:3000",
];
/** A page that a relative address would be relative to. */
const DEEP_PAGE = "/sessions/1/end?x=/y#z";
const MAX_LENGTH = 512;
/** Printable ASCII: no space, no line break, nothing that a header or a log can be split with. */
const HEADER_SAFE = /^\/[\x21-\x7e]*$/;

/** Like an attack: a slash or something like it first, more often than not. */
const target = fc.oneof(
  oddText,
  fc
    .tuple(fc.constantFrom("/", "//", "/\\", "/.", "/..//", "/%2e%2e//", "/\t/", " /"), oddText)
    .map(([first, rest]) => first + rest),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc.webUrl().map((url) => url.replace(/^https?:/, "")),
  fc
    .tuple(fc.constantFrom("/ü", "/\u{1f600}", "/ ", "/%"), fc.integer({ min: 1, max: 300 }))
    .map(([one, count]) => one.repeat(count)),
);

const segment = fc.stringMatching(/^[\w-][\w~.+-]{0,9}$/);
const plainPath = fc
  .tuple(
    fc.array(segment, { minLength: 1, maxLength: 8 }),
    fc.webQueryParameters({ size: "small" }),
    fc.boolean(),
  )
  .map(([segments, query, asks]) => `/${segments.join("/")}${asks ? `?q=${query.replaceAll("'", "")}` : ""}`)
  .filter((path) => path.length <= MAX_LENGTH);

describe("whatever is in ?next=", () => {
  it("leads to the same site, or nowhere", () => {
    fc.assert(
      fc.property(target, fc.constantFrom(...SITES), (text, site) => {
        const kept = safePath(text);
        if (kept === null) return;
        for (const page of ["/", "/login", DEEP_PAGE])
          if (new URL(kept, site + page).origin !== site)
            throw new Error(`leads to ${new URL(kept, site).href}`);
      }),
      tries(20_000),
    );
  });

  it("can be put into a header as it is, and is no longer than what may come in", () => {
    fc.assert(
      fc.property(target, (text) => {
        const kept = safePath(text);
        return (
          kept === null || (HEADER_SAFE.test(kept) && !kept.startsWith("//") && kept.length <= MAX_LENGTH)
        );
      }),
      tries(20_000),
    );
  });

  it("is the same after a second look, so that it survives the way through a form", () => {
    fc.assert(
      fc.property(target, (text) => {
        const kept = safePath(text);
        return kept === null || safePath(kept) === kept;
      }),
      tries(20_000),
    );
  });

  it("is kept letter for letter when it is a plain path", () => {
    fc.assert(
      fc.property(plainPath, (path) => safePath(path) === path),
      tries(5_000),
    );
  });

  it("is nothing when it is no text", () => {
    fc.assert(
      fc.property(
        fc.anything().filter((value) => typeof value !== "string"),
        (value) => safePath(value) === null,
      ),
      tries(2_000),
    );
  });
});

describe("the link to the login page", () => {
  it("is itself a path of this site, and brings back exactly the page it was made for", () => {
    fc.assert(
      fc.property(fc.oneof(target, plainPath).map(safePath), fc.constantFrom(...SITES), (page, site) => {
        const link = loginPath(page);
        const url = new URL(link, site);
        const back = url.searchParams.get("next") ?? "/";
        return (
          HEADER_SAFE.test(link) && url.origin === site && url.pathname === "/login" && back === (page ?? "/")
        );
      }),
      tries(10_000),
    );
  });
});
