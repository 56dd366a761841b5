// What production insists on.
import { describe, expect, it } from "vitest";
import { PRODUCTION, problems } from "./problems.ts";

const without = (name: string) =>
  Object.fromEntries(Object.entries(PRODUCTION).filter(([key]) => key !== name));

describe("production", () => {
  it("starts with what it asks for and nothing more", () => {
    expect(problems(PRODUCTION)).toEqual([]);
  });

  it.each(["BASE_URL", "SESSION_SECRET", "MAIL_TRANSPORT", "MAIL_FROM", "SMTP_URL"])(
    "insists on %s",
    (name) => {
      expect(problems(without(name))).toEqual([expect.stringMatching(new RegExp(`^${name} .+Set it to`))]);
    },
  );

  it("tells all that is missing at once, and what is refused only once", () => {
    expect(problems({ NODE_ENV: "production" }).map((line) => line.split(" ")[0])).toEqual([
      ...["BASE_URL", "SESSION_SECRET", "MAIL_TRANSPORT", "MAIL_FROM"],
    ]);
    const found = problems({ NODE_ENV: "production", SESSION_SECRET: "short", MAIL_TRANSPORT: "pigeon" });
    expect(found.map((line) => line.split(" ")[0]).sort()).toEqual([
      ...["BASE_URL", "MAIL_FROM", "MAIL_TRANSPORT", "SESSION_SECRET"],
    ]);
  });

  it("refuses the mailbox that sends nothing, and a secret of 31 characters", () => {
    expect(problems({ ...PRODUCTION, MAIL_TRANSPORT: "outbox" })).toEqual([
      expect.stringContaining("sends nothing"),
    ]);
    for (const secret of ["s".repeat(31), `${"s".repeat(32)},short`, `${"s".repeat(32)},`])
      expect(problems({ ...PRODUCTION, SESSION_SECRET: secret })).toEqual([
        expect.stringContaining("openssl rand"),
      ]);
  });

  it("insists on https, but for this computer", () => {
    const at = (BASE_URL: string) => problems({ ...PRODUCTION, BASE_URL });
    for (const url of [
      "http://localhost:3000",
      "http://127.0.0.1",
      "http://[::1]:8080",
      "https://example.com:8443",
    ])
      expect(at(url), url).toEqual([]);
    for (const url of [
      "http://example.com",
      "http://localhost.example.com",
      "http://127.0.0.1.evil.test",
      "HTTP://10.0.0.1",
    ])
      expect(at(url), url).toEqual([expect.stringContaining("https://")]);
  });

  it.each([
    [19456, 2],
    [47104, 1],
    [12288, 3],
    [9216, 4],
    [7168, 5],
    [65536, 3],
    [7168, 100],
    [2097152, 1],
  ])("takes a hash of %d KiB and %d passes", (memory, passes) => {
    expect(problems({ ...PRODUCTION, ARGON2_MEMORY_KIB: `${memory}`, ARGON2_PASSES: `${passes}` })).toEqual(
      [],
    );
  });

  it.each([
    [19455, 2],
    [47103, 1],
    [12287, 3],
    [9215, 4],
    [7167, 5],
    [7167, 100],
    [8, 1],
  ])("refuses a hash of %d KiB and %d passes, which development may use", (memory, passes) => {
    const cost = { ARGON2_MEMORY_KIB: `${memory}`, ARGON2_PASSES: `${passes}` };
    expect(problems({ ...PRODUCTION, ...cost })).toEqual([expect.stringContaining("OWASP")]);
    expect(problems(cost)).toEqual([]);
  });

  it("needs both halves of the Mailjet key", () => {
    const mailjet = { ...without("SMTP_URL"), MAIL_TRANSPORT: "mailjet" };
    expect(problems({ ...mailjet, MAILJET_API_KEY: "k" })).toEqual([
      expect.stringContaining("MAILJET_API_SECRET"),
    ]);
    expect(problems({ ...mailjet, MAILJET_API_KEY: "k", MAILJET_API_SECRET: "s" })).toEqual([]);
  });
});
