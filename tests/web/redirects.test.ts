import { describe, expect, it } from "vitest";
import { loginPath, safePath } from "../../src/web/redirects.ts";

const SITE = "https://app.test";

/** Where a browser on our login page would end up. */
const browserGoes = (path: string) => new URL(path, `${SITE}/login`).origin;

const PATHS_OF_THIS_SITE: [given: string, kept: string][] = [
  ["/", "/"],
  ["/dashboard", "/dashboard"],
  ["/dashboard?tab=2&q=a%20b", "/dashboard?tab=2&q=a%20b"],
  ["/dashboard#part", "/dashboard#part"],
  ["/a/../b", "/b"],
  ["/a b", "/a%20b"],
  ["/größe", "/gr%C3%B6%C3%9Fe"],
  ["/login?next=//e.test", "/login?next=//e.test"],
  ["/x?back=https://e.test/", "/x?back=https://e.test/"],
  ["/@e.test", "/@e.test"],
  ["/.e.test", "/.e.test"],
  ["/:80", "/:80"],
  ["/https://e.test", "/https://e.test"],
  ["/javascript:alert(1)", "/javascript:alert(1)"],
  [`/${"a".repeat(511)}`, `/${"a".repeat(511)}`],
];

const ELSEWHERE: unknown[] = [
  ...["//e.test", "///e.test", "////e.test", "//e.test/%2f..", "//", "///"],
  ...[
    "/\\e.test",
    "\\\\e.test",
    "\\/e.test",
    "/\\/e.test",
    "//\\e.test",
    "/./\\e.test",
    "/a\\..\\..\\e.test",
  ],
  ...[
    "/\t/e.test",
    "/\n/e.test",
    "/\r/e.test",
    "\t//e.test",
    " //e.test",
    "/ /e.test\n",
    "/\0/e.test",
    "/a\x7fb",
  ],
  ...[
    "/..//e.test",
    "/.//e.test",
    "/a/..//e.test",
    "/../..//e.test",
    "/%2e%2e//e.test",
    "/%2e//e.test",
    "/./..//e.test",
  ],
  ...[
    "https:e.test",
    "https:/e.test",
    "http:/\\/e.test",
    "https://e.test",
    "HTTPS://E.TEST",
    "//e.test@app.test",
  ],
  ...[
    "https://app.test@e.test",
    "https://app.test.e.test",
    "https://e.test#app.test",
    "https://app.test/dashboard",
  ],
  ...["@e.test", ".e.test", ":e.test", "e.test", "dashboard", "?x=1", "#x", "", " /dashboard"],
  ...[
    "javascript:alert(1)",
    "JavaScript:alert(1)//",
    "data:text/html,x",
    "vbscript:x",
    "blob:x",
    "mailto:a@e.test",
  ],
  ...["/\u202e/e.test", "/a\u200bb", "/\u2028", "/\ufeff", "\u202e//e.test", "/\u00ad/e.test"],
  ...[`/${"a".repeat(512)}`, `//${"a".repeat(600)}`, `/${"ü".repeat(200)}`],
  ...[undefined, null, 7, true, {}, ["/dashboard"], ["/a", "//e.test"], { toString: () => "/dashboard" }],
];

describe("where ?next= may lead", () => {
  it.each(PATHS_OF_THIS_SITE)("%s is a path of this site", (given, kept) => {
    expect(safePath(given)).toBe(kept);
    expect(browserGoes(kept)).toBe(SITE);
  });

  it.each(ELSEWHERE)("%j is not", (value) => {
    expect(safePath(value)).toBeNull();
  });

  it.each([
    "/%09/e.test",
    "/%5ce.test",
    "/%2f/e.test",
    "/%0d%0aLocation:%20//e.test",
    "/%E2%80%AE",
    "/%2e%2e/%2fe.test",
  ])("%s stays on this site, because nothing decodes it", (path) => {
    const kept = safePath(path);
    if (kept !== null) expect(browserGoes(kept)).toBe(SITE);
    expect(kept ?? "").not.toMatch(/[\r\n\\]|^\/\//);
  });

  it("holds for every short text made of what matters in a URL", () => {
    const pieces = [
      "/",
      "\\",
      ".",
      "..",
      "@",
      ":",
      "?",
      "#",
      "%2f",
      "%5c",
      "%2e",
      "\t",
      " ",
      "e.test",
      "https:",
    ];
    let judged = 0;
    const walk = (text: string, depth: number) => {
      const kept = safePath(text);
      judged += 1;
      if (kept !== null && (browserGoes(kept) !== SITE || !/^\/(?!\/)/.test(kept)))
        throw new Error(JSON.stringify(text));
      if (kept !== null && safePath(kept) !== kept) throw new Error(`not stable: ${JSON.stringify(text)}`);
      if (depth > 0) for (const piece of pieces) walk(text + piece, depth - 1);
    };
    walk("/", 4);
    walk("", 3);
    expect(judged).toBeGreaterThan(50_000);
  });

  it("may be put into a Location header as it is", () => {
    for (const [given] of PATHS_OF_THIS_SITE) expect(safePath(given)).toMatch(/^[\x21-\x7e]+$/);
    for (let code = 0; code <= 0x2fff; code += 1) {
      const kept = safePath(`/a${String.fromCharCode(code)}b`);
      if (kept !== null) expect(kept).toMatch(/^[\x21-\x7e]+$/);
    }
  });
});

describe("a link to the login page", () => {
  it("leads back to where somebody was, unless that is the front page or nowhere", () => {
    expect(loginPath("/dashboard?tab=2&x=1")).toBe("/login?next=%2Fdashboard%3Ftab%3D2%26x%3D1");
    expect(loginPath("/")).toBe("/login");
    expect(loginPath(null)).toBe("/login");
  });
});
