import { describe, expect, it } from "vitest";
import { canonicalEmail, isEmailAddress } from "../../src/accounts/email-address.ts";
import { quickestMs } from "../support/quickest.ts";

const local64 = "a".repeat(64);
const label63 = "d".repeat(63);
/** 254 characters: 64, the @, and a domain of 189. */
const address254 = `${local64}@${label63}.${label63}.${"e".repeat(57)}.com`;

const ACCEPTED = [
  "ada@example.com",
  "a@b.co",
  "Ada.Lovelace@Example.COM",
  "ada+shop@example.com",
  "o'brien@example.ie",
  "!#$%&'*+/=?^_`{|}~-@example.com",
  "1234567890@example.com",
  "ada@sub.sub.example.museum",
  "ada@xn--bcher-kva.example",
  "ada@123.com",
  "ada@a-b.example",
  `${local64}@example.com`,
  `ada@${label63}.com`,
  address254,
];

const REFUSED: [what: string, address: string][] = [
  ["nothing", ""],
  ["no @", "ada.example.com"],
  ["nothing before the @", "@example.com"],
  ["nothing after the @", "ada@"],
  ["two @", "ada@evil.test@example.com"],
  ["two addresses", "ada@example.com,eve@evil.test"],
  ["two addresses with a semicolon", "ada@example.com;eve@evil.test"],
  ["a quoted local part", '"ada lovelace"@example.com'],
  ["a quoted @", '"ada@evil.test x"@example.com'],
  ["a comment", "ada@example.com(evil)"],
  ["a comment before", "(evil)ada@example.com"],
  ["a name around it", "Ada <ada@example.com>"],
  ["a space within", "ada lovelace@example.com"],
  ["a space before", " ada@example.com"],
  ["a line break and a header", "ada@example.com\r\nBcc: eve@evil.test"],
  ["a line break at its end", "ada@example.com\n"],
  ["a NUL", "ada@example.com\0"],
  ["a tab", "ada\t@example.com"],
  ["a dot first", ".ada@example.com"],
  ["a dot last in the local part", "ada.@example.com"],
  ["two dots together", "ada..lovelace@example.com"],
  ["a trailing dot", "ada@example.com."],
  ["a dot right after the @", "ada@.example.com"],
  ["two dots in the domain", "ada@example..com"],
  ["a domain without a dot", "ada@localhost"],
  ["an IP address", "ada@127.0.0.1"],
  ["an IP address in brackets", "ada@[127.0.0.1]"],
  ["a port", "ada@example.com:25"],
  ["a label that begins with a hyphen", "ada@-example.com"],
  ["a label that ends with a hyphen", "ada@example-.com"],
  ["an underscore in the domain", "ada@exa_mple.com"],
  ["a percent sign in the domain", "ada@example%2ecom"],
  ["a full-width @", "ada＠example.com"],
  ["a Cyrillic letter in the local part", "\u0430da@example.com"],
  ["a Cyrillic letter in the domain", "ada@ex\u0430mple.com"],
  ["a dotless i", "\u0131da@example.com"],
  ["a Kelvin sign, which lower-cases to k", "\u212Aate@example.com"],
  ["a long s, which upper-cases to S", "\u017Fam@example.com"],
  ["an ideographic full stop", "ada@example\u3002com"],
  ["a zero-width space", "ada\u200b@example.com"],
  ["a right-to-left override", "ada\u202e@example.com"],
  ["an accent", "adà@example.com"],
  ["half of an emoji", "ada\ud83d@example.com"],
  ["a local part of 65", `${local64}a@example.com`],
  ["a label of 64", `ada@${label63}d.com`],
  ["255 characters", address254.replace(".com", ".comm")],
];

describe("an e-mail address", () => {
  it.each(ACCEPTED)("may be %s", (address) => {
    expect(isEmailAddress(address)).toBe(true);
  });

  it.each(REFUSED)("may not have %s", (_what, address) => {
    expect(isEmailAddress(address)).toBe(false);
  });

  it("may be 254 characters long, and the tables above are what they say", () => {
    expect(address254).toHaveLength(254);
  });

  it.each([
    "a".repeat(50_000),
    `${"a@".repeat(25_000)}a`,
    `${"a.".repeat(120)}@b.c!`,
    `a@${"a-".repeat(120)}.c`,
  ])("is judged at once, however it was made (case %#)", (text) => {
    expect(isEmailAddress(text)).toBe(false);
    expect(quickestMs(() => isEmailAddress(text))).toBeLessThan(250);
  });

  it("is the same address in any case, and only then", () => {
    expect(canonicalEmail("Ada@Example.COM")).toBe("ada@example.com");
    expect(canonicalEmail("ada.l@example.com")).not.toBe(canonicalEmail("adal@example.com"));
    expect(canonicalEmail("ada+x@example.com")).not.toBe(canonicalEmail("ada@example.com"));
  });

  it("has one canonical form, which is an address too", () => {
    for (const address of ACCEPTED) {
      const canonical = canonicalEmail(address);
      expect(canonicalEmail(canonical)).toBe(canonical);
      expect(isEmailAddress(canonical)).toBe(true);
    }
  });
});
