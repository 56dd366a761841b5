// Promises about the token in a link: only its one spelling counts, and what is stored does not give it away.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newToken, tokenHashOf } from "../../src/accounts/tokens.ts";
import { oddText } from "./odd-text.ts";
import { tries } from "./seed.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const TOKEN_LENGTH = 43;

const letter = fc.constantFrom(...ALPHABET);
const token = fc.string({ unit: letter, minLength: TOKEN_LENGTH, maxLength: TOKEN_LENGTH });
const place = fc.nat(TOKEN_LENGTH - 1);

/** Nearly a token: one character too many, too few, or replaced; or another way to write the same bytes. */
const nearlyToken = fc.oneof(
  fc.tuple(token, place, oddText).map(([text, at, odd]) => text.slice(0, at) + odd + text.slice(at + 1)),
  fc.tuple(token, oddText).map(([text, odd]) => text + odd),
  fc.tuple(token, oddText).map(([text, odd]) => odd + text),
  fc.tuple(token, place).map(([text, at]) => text.slice(0, at)),
  token.map((text) => `${text}=`),
  token.map((text) => Buffer.from(text, "base64url").toString("base64")),
  token.map((text) => Buffer.from(text, "base64url").toString("hex")),
);

const isToken = (text: string) =>
  text.length === TOKEN_LENGTH && [...text].every((one) => ALPHABET.includes(one));

describe("the token in a link", () => {
  it("is 43 letters of base64url; anything else is none", () => {
    fc.assert(
      fc.property(
        fc.oneof(nearlyToken, oddText, token),
        (text) => (tokenHashOf(text) !== null) === isToken(text),
      ),
      tries(20_000),
    );
  });

  it("can't be read from its hash", () => {
    fc.assert(
      fc.property(token, (text) => {
        const hash = tokenHashOf(text);
        return hash !== null && hash !== text && !hash.includes(text) && hash === tokenHashOf(text);
      }),
      tries(5_000),
    );
  });

  it("shares its hash with no other, not even with one that differs in a single letter", () => {
    const seen = new Map<string, string>();
    const isAlone = (text: string) => {
      const hash = tokenHashOf(text) ?? "";
      const other = seen.get(hash) ?? text;
      seen.set(hash, text);
      return other === text;
    };
    fc.assert(
      fc.property(
        token,
        place,
        letter,
        (text, at, one) => isAlone(text) && isAlone(text.slice(0, at) + one + text.slice(at + 1)),
      ),
      tries(10_000),
    );
  });

  it("has one spelling: another last letter that stands for the same bytes opens nothing", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), (spare) => {
        const { token: real, tokenHash } = newToken();
        // 43 letters hold two bits more than 32 bytes need; a decoder drops them.
        const last = ALPHABET.charAt(ALPHABET.indexOf(real.slice(-1)) ^ spare);
        const sibling = real.slice(0, -1) + last;
        expect(Buffer.from(sibling, "base64url")).toEqual(Buffer.from(real, "base64url"));
        expect(tokenHashOf(sibling)).not.toBe(tokenHash);
        expect(tokenHashOf(real)).toBe(tokenHash);
      }),
      tries(300),
    );
  });
});
