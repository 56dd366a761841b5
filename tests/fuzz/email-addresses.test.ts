// Promises about e-mail addresses: what is accepted reaches exactly that mailbox, and two that differ are two accounts.
import fc from "fast-check";
import { createTransport } from "nodemailer";
import { describe, expect, it } from "vitest";
import { canonicalEmail } from "../../src/accounts/email-address.ts";
import { emailAddress } from "../../src/accounts/fields.ts";
import { oddText } from "./odd-text.ts";
import { tries } from "./seed.ts";

/** What may stand in RCPT TO:<…>, in a header and in JSON without being quoted there. */
const PLAIN = /^[^\s<>()[\]\\,;:"@\p{Cc}]+@[a-z0-9.-]+$/iu;

const accepted = (text: string): string | null => emailAddress.safeParse(text).data ?? null;

const ordinary = fc.emailAddress();
const place = fc.nat(60);
/** An address with something put into it. */
const meddledWith = fc
  .tuple(ordinary, place, oddText)
  .map(([address, at, odd]) => address.slice(0, at) + odd + address.slice(at));
const anything = fc.oneof(
  ordinary,
  meddledWith,
  oddText,
  fc.tuple(oddText, oddText).map((two) => two.join("@")),
);

const caseOf = (text: string, bits: number) =>
  [...text]
    .map((one, index) => ((bits >> (index % 30)) & 1 ? one.toUpperCase() : one.toLowerCase()))
    .join("");
const fullWidth = (one: string) => String.fromCharCode(one.charCodeAt(0) + 0xfee0);

/** Writes mails and sends none. */
const writer = createTransport({ streamTransport: true });

describe("an e-mail address", () => {
  it("of the ordinary kind is accepted as it is", () => {
    fc.assert(
      fc.property(ordinary, (address) => accepted(address) === address),
      tries(5_000),
    );
  });

  it("that is accepted holds nothing that ends a command or a header, or names a second mailbox", () => {
    fc.assert(
      fc.property(anything, (text) => {
        const address = accepted(text);
        return address === null || (PLAIN.test(address) && address.length <= 254 && address === text.trim());
      }),
      tries(20_000),
    );
  });

  it("that is accepted is the one recipient of the mail", async () => {
    await fc.assert(
      fc.asyncProperty(anything, async (text) => {
        const address = accepted(text);
        fc.pre(address !== null);
        const { envelope } = await writer.sendMail({
          from: "a@site.example",
          to: { name: "", address },
          text: "",
        });
        const [local, domain] = address.split("@");
        expect(envelope.to).toEqual([`${local}@${domain?.toLowerCase()}`]);
      }),
      tries(700),
    );
  });

  it("is the same account in any case, and has one canonical form, which is an address too", () => {
    fc.assert(
      fc.property(ordinary, fc.nat(), (address, bits) => {
        const canonical = canonicalEmail(address);
        expect(canonicalEmail(caseOf(address, bits))).toBe(canonical);
        expect(canonicalEmail(canonical)).toBe(canonical);
        expect(accepted(canonical)).toBe(canonical);
      }),
      tries(5_000),
    );
  });

  it("is another account as soon as anything but the case differs: a dot, a plus, a letter", () => {
    fc.assert(
      fc.property(anything, anything, meddledWith, (one, other, third) => {
        const known = [one, other, third].flatMap((text) => accepted(text) ?? []);
        for (const a of known)
          for (const b of known)
            expect(canonicalEmail(a) === canonicalEmail(b)).toBe(caseOf(a, 0) === caseOf(b, 0));
      }),
      tries(5_000),
    );
  });

  it("with one letter in its full-width form, which looks the same, is refused", () => {
    fc.assert(
      fc.property(ordinary, fc.nat(), (address, at) => {
        const here = at % address.length;
        const lookAlike = address.slice(0, here) + fullWidth(address.charAt(here)) + address.slice(here + 1);
        return accepted(lookAlike) === null;
      }),
      tries(5_000),
    );
  });

  it("of a hundred thousand letters is refused at once, whatever it is made of", () => {
    const repeated = fc.tuple(fc.oneof(oddText, fc.constantFrom("a", "a.", "a@", "-", " ", "a-")), ordinary);
    fc.assert(
      fc.property(repeated, ([piece, end]) => {
        const text = (piece || "a").repeat(Math.ceil(100_000 / (piece.length || 1)));
        const start = performance.now();
        for (const hostile of [text, text + end, end + text, `a@${text}`, `${text}@b.example`])
          accepted(hostile);
        // A hundred times what it takes: a pattern that backtracks would need minutes.
        expect(performance.now() - start).toBeLessThan(2_000);
      }),
      tries(60),
    );
  });
});
