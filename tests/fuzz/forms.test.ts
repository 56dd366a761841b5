// Promises about reading forms: whatever the body is, no handler sees anything else than the text it asked for.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { checkbox, emailAddress, newPassword, password, personName } from "../../src/accounts/fields.ts";
import { defineForm, readForm } from "../../src/web/forms.ts";
import { oddText } from "./odd-text.ts";
import { tries } from "./seed.ts";

const PASSWORD = "five green herons on a wire";
const FIELDS = ["firstName", "email", "password", "newPassword", "rememberMe", "next"] as const;
const ECHO = ["firstName", "email", "next"];

const form = defineForm(
  z.strictObject({
    firstName: personName("first name"),
    email: emailAddress,
    password: password("password"),
    newPassword: newPassword("new password", 15),
    rememberMe: checkbox,
    next: z.string().optional(),
  }),
  { echo: ECHO },
);

const fieldName = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...FIELDS) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("__proto__", "constructor", "prototype", "toString", "valueOf", "then"),
  },
  { weight: 1, arbitrary: oddText },
);
const fieldValue = fc.oneof(
  oddText,
  fc.constantFrom("on", "Ada", "ada@example.com"),
  fc.anything(),
  fc.array(oddText),
);
/** As own keys, as a parser would make them; a plain literal would set the prototype instead. */
const oddFields = fc
  .array(fc.tuple(fieldName, fieldValue), { maxLength: 8 })
  .map((entries) => Object.fromEntries(entries) as Record<string, unknown>);
const oddBody = fc.oneof(
  { weight: 3, arbitrary: oddFields },
  { weight: 1, arbitrary: fc.anything({ withNullPrototype: true, withObjectString: true, withMap: true }) },
);

const rightFields = fc.record({
  firstName: fc.constantFrom("Ada", "Zoë", "李"),
  email: fc.emailAddress(),
  password: fc.constant(PASSWORD),
  newPassword: fc.constant(PASSWORD),
});

describe("a form, whatever comes instead of it", () => {
  it("gives the handler plain text for the fields it has, or the reasons why not", () => {
    fc.assert(
      fc.property(oddBody, (body) => {
        const reading = readForm(form, { body });
        const { values, errors } = reading.state;
        const texts = [...Object.values(values), ...errors.flatMap(({ field, message }) => [field, message])];
        const entries: [string, unknown][] = reading.ok ? Object.entries(reading.value) : [];
        return (
          Object.keys(values).join() === ECHO.join() &&
          texts.every((text) => typeof text === "string") &&
          (errors.length === 0) === reading.ok &&
          entries.every(([name, one]) => typeof one === (name === "rememberMe" ? "boolean" : "string"))
        );
      }),
      tries(5_000),
    );
  });

  it("never shows a password again, nor a field it does not have", () => {
    const secret = fc.string({ unit: fc.constantFrom(..."abcdefgh"), minLength: 12, maxLength: 30 });
    fc.assert(
      fc.property(
        oddFields,
        secret,
        fc.constantFrom("password", "newPassword", "secret", "__proto__"),
        (fields, text, name) => {
          const body = Object.fromEntries([...Object.entries(fields), [name, text]]);
          const { state } = readForm(form, { body });
          expect(JSON.stringify(state)).not.toContain(text);
        },
      ),
      tries(5_000),
    );
  });

  it("is read when it is right, and refused with a single field too many", () => {
    fc.assert(
      fc.property(rightFields, oddText, (fields, extra) => {
        expect(readForm(form, { body: fields }).ok).toBe(true);
        const isOurs = (FIELDS as readonly string[]).includes(extra);
        const body = Object.fromEntries([...Object.entries(fields), [extra, "x"]]);
        if (!isOurs) expect(readForm(form, { body }).ok).toBe(false);
      }),
      tries(3_000),
    );
  });

  it("leaves what all objects share as it was", () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    const nested = fc
      .constantFrom("__proto__", "constructor")
      .map((name) =>
        JSON.parse(
          `{"email":{"${name}":{"polluted":1,"prototype":{"polluted":1}}},"${name}":{"polluted":1}}`,
        ),
      );
    fc.assert(
      fc.property(fc.oneof(nested, oddBody), (body) => {
        readForm(form, { body });
        expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
        expect(({} as Record<string, unknown>).polluted).toBeUndefined();
      }),
      tries(3_000),
    );
  });
});
