import { describe, expect, it } from "vitest";
import { z } from "zod";
import { checkbox, emailAddress, password, personName } from "../../src/accounts/fields.ts";
import { defineForm, emptyForm, readForm, withError } from "../../src/web/forms.ts";

const form = defineForm(
  z.strictObject({
    firstName: personName("first name"),
    email: emailAddress,
    password: password("password"),
    rememberMe: checkbox,
  }),
  { echo: ["firstName", "email", "rememberMe"] },
);
const GOOD = { firstName: "Ada", email: "ada@example.com", password: "violet tractor sings" };
const read = (body: unknown) => readForm(form, { body });
const errorsOf = (body: unknown) => {
  const { ok, state } = read(body);
  return ok ? [] : state.errors;
};

describe("reading a form", () => {
  it("gives the checked values and nothing else", () => {
    expect(read({ ...GOOD, email: "  ada@example.com " })).toMatchObject({
      ok: true,
      value: { ...GOOD, rememberMe: false },
    });
    expect(read({ ...GOOD, rememberMe: "on" })).toMatchObject({ value: { rememberMe: true } });
  });

  it("leaves a password exactly as typed", () => {
    const typed = "  Violet  TRACTOR\u00e9 e\u0301 ";
    expect(read({ ...GOOD, password: typed })).toMatchObject({ value: { password: typed } });
  });

  it.each([
    ["no body", undefined],
    ["null", null],
    ["a text", "email=ada@example.com"],
    ["a list", ["ada@example.com"]],
    ["an empty form", {}],
  ])("takes %s for an empty form", (_what, body) => {
    const { ok, state } = read(body);
    expect(ok).toBe(false);
    expect(state.values).toEqual({ firstName: "", email: "", rememberMe: "" });
    expect(state.errors.map(({ field }) => field).sort()).toEqual(
      expect.arrayContaining(["email", "firstName", "password"]),
    );
  });

  it.each([
    ["twice the same field", { email: ["ada@example.com", "eve@evil.test"] }, "email"],
    ["an object", { email: { $ne: "" } }, "email"],
    ["a number", { firstName: 7 }, "firstName"],
    ["twice the password", { password: ["one", "two"] }, "password"],
    ["a box that is not a box", { rememberMe: "yes" }, "rememberMe"],
  ])("refuses %s, with a message at that field and no echo of it", (_what, change, field) => {
    const { ok, state } = read({ ...GOOD, ...change });
    expect(ok).toBe(false);
    expect(state.errors.map((error) => error.field)).toEqual([field]);
    for (const value of Object.values(state.values)) expect(typeof value).toBe("string");
    expect(JSON.stringify(state)).not.toContain("evil");
  });

  it("refuses a field it did not ask for", () => {
    for (const name of ["isAdmin", "id", "next", "__proto__x", "constructor"]) {
      const { ok, state } = read({ ...GOOD, [name]: "1" });
      expect(ok, name).toBe(false);
      expect(state.errors[0]?.message).toContain("does not belong");
      expect(state.values).not.toHaveProperty([name, "length"]);
    }
  });

  it("is not fooled by what a body inherits", () => {
    const inherited = Object.create({ ...GOOD });
    expect(read(inherited).ok).toBe(false);
    const polluted = JSON.parse(
      '{"__proto__": {"firstName": "Eve"}, "email": "ada@example.com", "password": "x"}',
    );
    expect(read(polluted).ok).toBe(false);
    expect(({} as Record<string, unknown>).firstName).toBeUndefined();
  });

  it("never gives a password back, right or wrong", () => {
    for (const body of [GOOD, { ...GOOD, email: "wrong" }, { password: "violet tractor sings" }])
      expect(JSON.stringify(read(body).state)).not.toContain("tractor");
  });

  it("gives what was typed back as it was typed, to be shown again", () => {
    const { state } = read({ ...GOOD, firstName: "<b>&\"'", email: " nonsense " });
    expect(state.values).toEqual({ firstName: "<b>&\"'", email: " nonsense ", rememberMe: "" });
  });

  it("tells one thing for each field", () => {
    const errors = errorsOf({ firstName: "", email: "", password: "" });
    expect(errors.map(({ field }) => field)).toEqual(["firstName", "email", "password"]);
    expect(errors.map(({ message }) => message)).toEqual([
      "Enter your first name",
      "Enter your email address",
      "Enter your password",
    ]);
  });

  it.each([
    ["nothing but spaces", "   "],
    ["a line break", "Ada\nLovelace"],
    ["a NUL", "Ada\0"],
    ["a right-to-left override", "Ada\u202egnp.exe"],
    ["a zero-width space", "A\u200bda"],
    ["half of an emoji", "Ada\ud83d"],
    ["101 characters", "a".repeat(101)],
  ])("refuses a name with %s", (_what, firstName) => {
    expect(errorsOf({ ...GOOD, firstName }).map(({ field }) => field)).toEqual(["firstName"]);
  });

  it.each([
    "Ada",
    "Mary Jane",
    "O'Brien",
    "Jean-Luc",
    "Žofie",
    "李",
    "🦉".repeat(100),
    "José",
    "👨‍👩‍👧",
    "می‌خواهم",
    "<b>",
  ])("takes the name %s", (firstName) => {
    expect(read({ ...GOOD, firstName })).toMatchObject({
      ok: true,
      value: { firstName: firstName.normalize("NFC") },
    });
  });
});

describe("a form's state", () => {
  it("begins empty, and takes what a later check found wrong without losing what was typed", () => {
    expect(emptyForm).toEqual({ values: {}, errors: [] });
    const { state } = read(GOOD);
    expect(withError(state, "password", "Too short")).toEqual({
      values: { firstName: "Ada", email: "ada@example.com", rememberMe: "" },
      errors: [{ field: "password", message: "Too short" }],
    });
    expect(state.errors).toEqual([]);
  });
});
