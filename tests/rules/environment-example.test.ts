// .env.example is what a developer copies: it must name every variable of config/env.ts, and show what is true.
import { describe, expect, it } from "vitest";
import { environmentSchema, readSettings } from "../../config/env.ts";
import { read } from "./files.ts";

const example = read(".env.example");
const lines = [...example.matchAll(/^(#?)([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(
  ([, mark, name = "", value = ""]) => ({
    name,
    value,
    active: mark === "",
  }),
);
const names = Object.keys(environmentSchema.shape);
/** Its default depends on the machine, so none is shown. */
const MACHINE_DEPENDENT = ["HASH_CONCURRENCY"];

describe(".env.example", () => {
  it("lists every variable of the schema once, and no other", () => {
    expect(lines.map(({ name }) => name).sort()).toEqual([...names].sort());
  });

  it("can be copied as it is: what it sets changes nothing", () => {
    const set = Object.fromEntries(
      lines.filter(({ active }) => active).map(({ name, value }) => [name, value]),
    );
    expect(readSettings(set)).toEqual(readSettings({}));
  });

  it.each(lines.filter(({ value }) => value !== ""))("shows the real default of $name", ({ name, value }) => {
    expect(readSettings({ [name]: value })).toEqual(readSettings({}));
  });

  it.each(lines.filter(({ value }) => value === ""))(
    "leaves $name empty only because it has no default",
    ({ name }) => {
      if (MACHINE_DEPENDENT.includes(name)) return;
      const schema = environmentSchema.shape[name as keyof typeof environmentSchema.shape];
      expect(schema.parse(undefined)).toBeUndefined();
    },
  );

  it("holds no secret that anyone could use", () => {
    const secrets = lines.filter(({ name }) => /SECRET|KEY|SMTP_URL/.test(name));
    expect(secrets.map(({ name }) => name).sort()).toEqual([
      "MAILJET_API_KEY",
      "MAILJET_API_SECRET",
      "SESSION_SECRET",
      "SMTP_URL",
    ]);
    for (const { name, value } of secrets) expect(value, name).toBe("");
    expect(example).not.toMatch(/[A-Za-z0-9+/]{32,}/);
  });

  it("explains every group: no variable without a comment above it or in its group", () => {
    expect(example.split("\n").filter((line) => line !== "" && !/^#|^[A-Z][A-Z0-9_]*=/.test(line))).toEqual(
      [],
    );
  });
});
