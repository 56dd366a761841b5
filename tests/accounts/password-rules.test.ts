import { describe, expect, it } from "vitest";
import { type PasswordRules, passwordRefusal } from "../../src/accounts/password-rules.ts";
import { quickestMs } from "../support/quickest.ts";

const rules: PasswordRules = {
  minLength: 15,
  appName: "Auth Flow",
  baseUrl: "https://login.bluebird.example",
};
const ADA = ["Ada", "Lovelace", "ada.lovelace@analytical.example"];
const refusal = (password: string, personal = ADA, own = rules) => passwordRefusal(password, personal, own);

/** Nobody's name, no word, no row of keys. */
const NONSENSE = "qzvkwmtrhxbpdn";
const letters = (count: number) => "vqzkxwmtrhbpdnjgflsc".repeat(20).slice(0, count);

describe("the length of a new password", () => {
  it("is at least the minimum and at most 256 characters", () => {
    expect(refusal(NONSENSE)).toContain("15 characters or more");
    expect(refusal(`${NONSENSE}a`)).toBeNull();
    expect(refusal(letters(256))).toBeNull();
    expect(refusal(letters(257))).toContain("256 characters or fewer");
    expect(refusal("x".repeat(100_000))).toContain("256 characters or fewer");
  });

  it("is the operator's choice", () => {
    expect(refusal("vqzkxwmt", ADA, { ...rules, minLength: 8 })).toBeNull();
    expect(refusal("vqzkxwm", ADA, { ...rules, minLength: 8 })).toContain("8 characters or more");
  });

  it("counts characters as a person does, not bytes or halves of an emoji", () => {
    const emoji = ["🦉", "🚜", "🎻", "🧊", "🌋", "🥨", "🛶", "🪁", "🧭", "🎲", "🦔", "🍄", "🪐", "🧵"];
    expect(refusal(emoji.join(""))).toContain("15 characters or more");
    expect(refusal(`${emoji.join("")}🥁`)).toBeNull();
    expect(refusal("🦉".repeat(257))).toContain("256 characters or fewer");
  });

  it("counts the composed form, so an accent typed apart is not a character more", () => {
    const apart = `vqzkxwmtrhbpd${"e\u0301"}`;
    expect(apart).toHaveLength(15);
    expect(refusal(apart)).toContain("15 characters or more");
  });
});

describe("what a new password is made of", () => {
  it.each([
    "violet tractor sings at dawn",
    "seven moths under glass",
    "correcthorsebatterystapler!",
    "vqzkxwmtrhbpdnj",
    "  spaces   both sides  ",
    "紫色的拖拉机在黎明时分歌唱着一首古老的歌",
    "фиолетовый трактор поёт",
    "Tr4ct0r#9!kQ_violet",
    "'; DROP TABLE users; --",
    "<script>alert(1)</script>",
    "%s%d%n<%= 7 * 7 %>#{x}",
  ])("may be %s: no rules of composition", (password) => {
    expect(refusal(password)).toBeNull();
  });

  it.each([
    "passwordpassword",
    "password12345678",
    "123456789012345",
    "1234567890123456",
    "111111111111111",
    "aaaaaaaaaaaaaaaaaaaa",
    "qwertyuiopasdfgh",
    "abcdefghijklmno",
    "abcabcabcabcabc",
    "letmeinletmeinletmein",
    "iloveyouiloveyou",
    "P@ssw0rdP@ssw0rd",
    "asdfghjklasdfghjkl",
    "12345678910111213",
    "19901990199019901990",
  ])("may not be %s, which is tried first", (password) => {
    expect(refusal(password)).toMatch(/harder to guess: this one (is|repeats) .+\. Three or four/);
  });

  it.each([
    ["the whole address", "ada.lovelace@analytical.example"],
    ["first and last name", "AdaLovelaceAdaLovelace"],
    ["the name with a year", "Ada Lovelace 1990"],
    ["the site's name", "authflowauthflow"],
    ["the site's name with spaces", "Auth Flow Auth Flow 1"],
    ["the site's host", "login.bluebird.example"],
    ["the host's middle", "bluebirdbluebird"],
    ["the mail provider's name", "analyticalanalytical"],
  ])("may not be built from %s", (_what, password) => {
    expect(refusal(password) ?? "accepted").toContain("harder to guess");
  });

  it("may contain a name, when the rest is strong", () => {
    expect(refusal("ada juggles quartz umbrellas nightly")).toBeNull();
    expect(refusal("bluebirdbluebird", ["Bo"], { ...rules, baseUrl: "https://a.example" })).toContain(
      "harder",
    );
  });

  it("may have a weak beginning or end around a strong part", () => {
    expect(refusal(`${"a".repeat(100)} violet tractor sings at dawn`)).toBeNull();
    expect(refusal(`violet tractor sings at dawn ${"a".repeat(100)}`)).toBeNull();
    expect(refusal("a".repeat(200))).toContain("repeats the same character");
  });

  it.each([
    ["a NUL", `${NONSENSE}\0abc`],
    ["half of an emoji", `${NONSENSE}\ud83dabc`],
  ])("may not contain %s", (_what, password) => {
    expect(refusal(password)).toContain("can't be typed again");
  });
});

describe("judging a password", () => {
  it.each([
    "x".repeat(256),
    "pa".repeat(128),
    "1".repeat(256),
    "qwerty123!".repeat(25),
    "aA1!".repeat(64),
    letters(256),
  ])("takes less than a second, however it was made (case %#)", (password) => {
    expect(quickestMs(() => refusal(password))).toBeLessThan(1000);
  });

  it("copes with strange names", () => {
    for (const name of ["", "(a+)+$", "\\", "[", "🦉", "ı", "a".repeat(100)])
      expect(refusal("violet tractor sings at dawn", [name, name, "x@y.example"])).toBeNull();
  });
});
