import { availableParallelism } from "node:os";
import { describe, expect, it } from "vitest";
import { environmentSchema, readSettings } from "../../config/env.ts";
import { PRODUCTION, problems, SECRET } from "./problems.ts";

describe("the settings", () => {
  it("have defaults that need nothing in development", () => {
    expect(readSettings({})).toEqual({
      mode: "development",
      host: "127.0.0.1",
      port: 3000,
      baseUrl: "http://localhost:3000",
      https: false,
      appName: "Auth Flow",
      databaseUrl: "sqlite:users.db",
      migrateOnStart: true,
      sessionSecrets: [],
      sessionIdleMinutes: 30,
      sessionMaxHours: 12,
      rememberMeDays: 30,
      trustProxy: false,
      passwordMinLength: 15,
      argon2: { memoryKib: 19456, passes: 2, concurrency: Math.min(3, availableParallelism()) },
      requireEmailVerification: true,
      mail: {
        transport: "outbox",
        from: { name: "Auth Flow", address: "no-reply@localhost" },
        mailjet: { key: "", secret: "", url: "https://api.mailjet.com" },
        smtpUrl: "",
      },
      rateLimitScale: 1,
      logLevel: "info",
    });
  });

  it("follow the mode: silent in test, open to the network and https in production", () => {
    expect(readSettings({ NODE_ENV: "test" })).toMatchObject({ logLevel: "silent", host: "127.0.0.1" });
    expect(readSettings(PRODUCTION)).toMatchObject({ host: "0.0.0.0", https: true, logLevel: "info" });
    expect(readSettings({ PORT: "8080", APP_NAME: "Bluebird" })).toMatchObject({
      baseUrl: "http://localhost:8080",
      mail: { from: { name: "Bluebird" } },
    });
  });

  it("take an empty or blank variable for one that is not set, and ignore those of other programs", () => {
    const empty = Object.fromEntries(Object.keys(environmentSchema.shape).map((name) => [name, " "]));
    expect(readSettings({ ...empty, PATH: "/bin", HOME: "/root" })).toEqual(readSettings({}));
  });

  it("read a list of secrets, the first of which signs", () => {
    const other = "t".repeat(40);
    expect(readSettings({ SESSION_SECRET: ` ${SECRET} , ${other} ` }).sessionSecrets).toEqual([
      SECRET,
      other,
    ]);
  });

  it("tell every problem at once, each in one line with its name and the fix, and none twice", () => {
    const found = problems({
      ...{
        NODE_ENV: "prod",
        PORT: "http",
        BASE_URL: "ftp://example.com/x",
        APP_NAME: "<b>",
        DATABASE_URL: "mysql://x",
      },
      ...{
        MIGRATE_ON_START: "yes",
        SESSION_SECRET: "short",
        SESSION_IDLE_MINUTES: "0",
        SESSION_MAX_HOURS: "1.5",
      },
      ...{ REMEMBER_ME_DAYS: "-1", TRUST_PROXY: "true", PASSWORD_MIN_LENGTH: "7", ARGON2_MEMORY_KIB: "7" },
      ...{
        ARGON2_PASSES: "",
        HASH_CONCURRENCY: "0",
        MAIL_TRANSPORT: "pigeon",
        MAIL_FROM: "nobody",
        SMTP_URL: "x",
      },
      ...{ MAILJET_API_URL: "x", RATE_LIMIT_SCALE: "none", LOG_LEVEL: "loud" },
    });
    for (const problem of found) expect(problem).toMatch(/^[A-Z][A-Z0-9_]+ .{15,}\.$/);
    const names = found.map((problem) => problem.split(" ")[0]);
    expect(names.sort()).toEqual(
      [
        ...["NODE_ENV", "PORT", "BASE_URL", "APP_NAME", "DATABASE_URL", "MIGRATE_ON_START", "SESSION_SECRET"],
        ...[
          "SESSION_IDLE_MINUTES",
          "SESSION_MAX_HOURS",
          "REMEMBER_ME_DAYS",
          "TRUST_PROXY",
          "PASSWORD_MIN_LENGTH",
        ],
        ...["ARGON2_MEMORY_KIB", "HASH_CONCURRENCY", "MAIL_TRANSPORT", "MAIL_FROM", "SMTP_URL"],
        ...["MAILJET_API_URL", "RATE_LIMIT_SCALE", "LOG_LEVEL"],
      ].sort(),
    );
  });

  it("never repeat a secret in a problem", () => {
    const text = problems({
      SESSION_SECRET: "hunter2,x",
      SMTP_URL: "smtpx://ada:hunter2@host",
      MAIL_TRANSPORT: "smtp",
    }).join();
    expect(text).not.toBe("");
    expect(text).not.toContain("hunter2");
  });

  it("keep to the bounds of each number", () => {
    for (const [name, low, high] of [
      ["PORT", 0, 65535],
      ["SESSION_IDLE_MINUTES", 1, 1440],
      ["SESSION_MAX_HOURS", 1, 720],
      ["REMEMBER_ME_DAYS", 1, 365],
      ["PASSWORD_MIN_LENGTH", 8, 64],
      ["HASH_CONCURRENCY", 1, 64],
    ] as const) {
      for (const value of [low, high]) expect(problems({ [name]: `${value}` }), name).toEqual([]);
      for (const value of [low - 1, high + 1, `${low}.5`, `${low}x`, "1e1", "0x10", "Infinity", "٣"])
        expect(problems({ [name]: `${value}` }), `${name}=${value}`).toHaveLength(1);
    }
  });
});
