// Promises about the environment: whatever is set, the program either could start or says in one line each what is wrong.
import express from "express";
import fc from "fast-check";
import type { Kysely } from "kysely";
import { describe, expect, it } from "vitest";
import { ConfigurationError, environmentSchema, readSettings } from "../../config/env.ts";
import type { Schema } from "../../src/database/schema.ts";
import { createTransport } from "../../src/mail/transport.ts";
import { PRODUCTION } from "../config/problems.ts";
import { oddText } from "./odd-text.ts";
import { tries } from "./seed.ts";

const NAMES = Object.keys(environmentSchema.shape);
const SECRETS = ["SESSION_SECRET", "MAILJET_API_KEY", "MAILJET_API_SECRET", "SMTP_URL"];

/** Like what people write there, right and wrong. */
const number = fc.oneof(
  fc.constantFrom("0", "-1", "1e9", "07", " 8 ", "٣", "0x10"),
  fc.nat(99).map(String),
  fc.double().map(String),
);
const network = fc
  .tuple(fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom("fe80::1%eth0", "loopback")), fc.option(fc.nat(140)))
  .map(([address, bits]) => (bits === null ? address : `${address}/${bits}`));
const url = (...schemes: string[]) =>
  fc
    .tuple(
      fc.constantFrom(...schemes),
      fc.oneof(
        fc.constantFrom("", "u@", "u:p@", "u:%@", "%zz:p@"),
        oddText.map((text) => `${text}@`),
      ),
      fc.oneof(
        fc.domain(),
        fc.ipV6().map((address) => `[${address}]`),
        oddText,
      ),
      fc.constantFrom("", ":25", ":0", ":99999", "/", "/x"),
    )
    .map((parts) => parts.join(""));
const LIKELY: Record<string, fc.Arbitrary<string>> = {
  TRUST_PROXY: fc.oneof(
    number,
    fc.array(network, { minLength: 1, maxLength: 3 }).map((list) => list.join()),
  ),
  SMTP_URL: url("smtp://", "smtps://", "SMTP://"),
  BASE_URL: url("http://", "https://", "HTTPS://"),
  MAILJET_API_URL: url("http://", "https://"),
  MAIL_FROM: fc.oneof(
    fc.emailAddress(),
    fc.tuple(oddText, fc.emailAddress()).map(([who, at]) => `${who} <${at}>`),
  ),
  APP_NAME: oddText,
  MAIL_TRANSPORT: fc.constantFrom("mailjet", "smtp", "outbox"),
  NODE_ENV: fc.constantFrom("development", "test", "production"),
};
const variable = fc.oneof(
  fc.oneof(...Object.entries(LIKELY).map(([name, likely]) => fc.tuple(fc.constant(name), likely))),
  fc.tuple(fc.constantFrom(...NAMES), fc.oneof(number, oddText)),
  fc.tuple(fc.constantFrom(...NAMES.map((name) => `${name}_FILE`)), oddText),
);
const environment = fc
  .tuple(fc.constantFrom({}, PRODUCTION), fc.array(variable, { maxLength: 4 }))
  .map(([base, changes]): Record<string, string> => ({ ...base, ...Object.fromEntries(changes) }));

function outcomeOf(variables: Record<string, string>) {
  try {
    return { settings: readSettings(variables), problems: [] };
  } catch (error) {
    if (error instanceof ConfigurationError) return { settings: null, problems: error.problems };
    throw error;
  }
}

describe("whatever the environment holds", () => {
  it("is settings, or problems of one line each that begin with a variable's name", () => {
    fc.assert(
      fc.property(environment, (variables) => {
        const { settings, problems } = outcomeOf(variables);
        expect(problems.length > 0).toBe(settings === null);
        for (const problem of problems) {
          expect(problem).not.toMatch(/[\r\n\u2028\u2029]/);
          const [word = ""] = /^\w+/.exec(problem) ?? [];
          expect(NAMES).toContain(word.replace(/_FILE$/, ""));
        }
        expect(new Set(problems).size).toBe(problems.length);
      }),
      tries(3_000),
    );
  });

  it("is never printed: a problem repeats no value that was set for a secret", () => {
    const secret = fc.tuple(
      fc.constantFrom("", "smtp://", "x,", "\n"),
      fc.string({ unit: fc.constantFrom(..."qxzvkj"), minLength: 8, maxLength: 50 }),
    );
    fc.assert(
      fc.property(
        environment,
        fc.constantFrom(...SECRETS),
        secret,
        fc.boolean(),
        (variables, which, [start, text], asFile) => {
          const { problems } = outcomeOf({ ...variables, [asFile ? `${which}_FILE` : which]: start + text });
          expect(problems.join("\n")).not.toContain(text);
        },
      ),
      tries(1_500),
    );
  });

  it("can be used as it is, once it was accepted", () => {
    fc.assert(
      fc.property(environment, (variables) => {
        const { settings } = outcomeOf(variables);
        if (!settings) return;
        expect(new URL(settings.baseUrl).origin).toBe(settings.baseUrl);
        expect(settings.mail.from.address).toMatch(/^[^\s<>@,]+@[^\s<>@,]+$/);
        for (const number of [settings.port, settings.rateLimitScale, settings.sessionIdleMinutes])
          expect(Number.isFinite(number)).toBe(true);
        // Both look at what they are given at once.
        express().set("trust proxy", settings.trustProxy);
        createTransport(settings, {} as Kysely<Schema>);
      }),
      tries(3_000),
    );
  });
});
