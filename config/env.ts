// The environment, read once: every name, its default and what is accepted. All problems are reported together.
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { z } from "zod";
import { contradictions } from "./contradictions.ts";
import { databaseUrl, hopsOrNetworks, httpUrl, origin, secrets, smtpUrl, whole } from "./formats.ts";

/** Thrown by readSettings; each problem is one line that names the variable and says how to mend it. */
export class ConfigurationError extends Error {
  readonly problems: string[];
  constructor(problems: string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** One entry for each variable; a variable that is missing or empty takes its default. */
export const environmentSchema = z.object({
  NODE_ENV: z
    .enum(["development", "test", "production"], "must be development, test or production")
    .default("development"),
  HOST: z.string().optional(),
  PORT: whole(0, 65535, 3000),
  BASE_URL: origin.optional(),
  APP_NAME: z
    .string()
    .max(60, "must be at most 60 characters")
    .regex(/^[^\p{Cc}<>"]+$/u, 'must not contain <, >, " or control characters')
    .default("Auth Flow"),
  DATABASE_URL: databaseUrl.default("sqlite:users.db"),
  MIGRATE_ON_START: z.enum(["true", "false"], "must be true or false").default("true"),
  SESSION_SECRET: secrets.optional(),
  SESSION_IDLE_MINUTES: whole(1, 24 * 60, 30),
  SESSION_MAX_HOURS: whole(1, 30 * 24, 12),
  REMEMBER_ME_DAYS: whole(1, 365, 30),
  TRUST_PROXY: hopsOrNetworks.optional(),
  PASSWORD_MIN_LENGTH: whole(8, 64, 15),
  ARGON2_MEMORY_KIB: whole(8, 4 * 1024 * 1024, 19456),
  ARGON2_PASSES: whole(1, 100, 2),
  HASH_CONCURRENCY: whole(1, 64, Math.min(3, availableParallelism())),
  REQUIRE_EMAIL_VERIFICATION: z.enum(["true", "false"], "must be true or false").default("true"),
  MAIL_TRANSPORT: z.enum(["mailjet", "smtp", "outbox"], "must be mailjet, smtp or outbox").optional(),
  MAIL_FROM: z
    .string()
    .regex(
      /^(?:[^<>"@\p{Cc}]*<[^\s<>@",]+@[^\s<>@",]+>|[^\s<>@",]+@[^\s<>@",]+)$/u,
      "must be an address, for example Auth Flow <no-reply@example.com>",
    )
    .optional(),
  MAILJET_API_KEY: z.string().optional(),
  MAILJET_API_SECRET: z.string().optional(),
  MAILJET_API_URL: httpUrl("must be a URL, for example https://api.mailjet.com").default(
    "https://api.mailjet.com",
  ),
  SMTP_URL: smtpUrl.optional(),
  RATE_LIMIT_SCALE: z
    .string()
    .refine(
      (text) => Number(text) > 0 && Number.isFinite(Number(text)),
      "must be a number above 0, for example 1",
    )
    .transform(Number)
    .default(1),
  LOG_LEVEL: z
    .enum(
      ["trace", "debug", "info", "warn", "error", "fatal", "silent"],
      "must be a pino level: trace, debug, info, warn, error, fatal or silent",
    )
    .optional(),
});

export type Environment = z.output<typeof environmentSchema>;
export type Settings = ReturnType<typeof settingsFrom>;

/** What the program may ask of its surroundings. Throws ConfigurationError with every problem at once. */
export function readSettings(variables: NodeJS.ProcessEnv): Settings {
  const { values, problems } = withFiles(variables);
  const refused = environmentSchema.safeParse(values).error?.issues ?? [];
  for (const { path, message } of refused) {
    problems.push(`${String(path[0])} ${message}.`);
    delete values[String(path[0])];
  }
  // What was refused is now missing; it is not reported a second time for that.
  const environment = environmentSchema.parse(values);
  const known = (problem: string) => refused.some(({ path }) => problem.startsWith(`${String(path[0])} `));
  problems.push(...contradictions(environment).filter((problem) => !known(problem)));
  if (problems.length > 0) throw new ConfigurationError(problems);
  return settingsFrom(environment);
}

/** Only where the database is: what `npm run migrate` needs, so that it runs before the rest is configured. */
export function readDatabaseUrl(variables: NodeJS.ProcessEnv): string {
  const { values, problems } = withFiles(variables, ["DATABASE_URL"]);
  const parsed = environmentSchema.pick({ DATABASE_URL: true }).safeParse(values);
  if (!parsed.success) problems.push(...parsed.error.issues.map(({ message }) => `DATABASE_URL ${message}.`));
  if (!parsed.success || problems.length > 0) throw new ConfigurationError(problems);
  return parsed.data.DATABASE_URL;
}

/** NAME_FILE=/path stands for NAME, so that a secret can be mounted as a file. Empty counts as not set. */
function withFiles(variables: NodeJS.ProcessEnv, names = Object.keys(environmentSchema.shape)) {
  const values: Record<string, string> = {};
  const problems: string[] = [];
  for (const name of names) {
    const value = variables[name]?.trim();
    const file = variables[`${name}_FILE`]?.trim();
    if (value) values[name] = value;
    if (value && file) problems.push(`${name} and ${name}_FILE are both set. Remove one of them.`);
    if (!file || value) continue;
    try {
      const content = readFileSync(file, "utf8").trim();
      if (content) values[name] = content;
    } catch {
      problems.push(`${name}_FILE names a file that can't be read. Check the path and its permissions.`);
    }
  }
  return { values, problems };
}

function settingsFrom(env: Environment) {
  const production = env.NODE_ENV === "production";
  const baseUrl = new URL(env.BASE_URL ?? `http://localhost:${env.PORT}`);
  return {
    mode: env.NODE_ENV,
    host: env.HOST ?? (production ? "0.0.0.0" : "127.0.0.1"),
    port: env.PORT,
    baseUrl: baseUrl.origin,
    https: baseUrl.protocol === "https:",
    appName: env.APP_NAME,
    databaseUrl: env.DATABASE_URL,
    migrateOnStart: env.MIGRATE_ON_START === "true",
    sessionSecrets: env.SESSION_SECRET ?? [],
    sessionIdleMinutes: env.SESSION_IDLE_MINUTES,
    sessionMaxHours: env.SESSION_MAX_HOURS,
    rememberMeDays: env.REMEMBER_ME_DAYS,
    trustProxy: env.TRUST_PROXY ?? false,
    passwordMinLength: env.PASSWORD_MIN_LENGTH,
    argon2: {
      memoryKib: env.ARGON2_MEMORY_KIB,
      passes: env.ARGON2_PASSES,
      concurrency: env.HASH_CONCURRENCY,
    },
    requireEmailVerification: env.REQUIRE_EMAIL_VERIFICATION === "true",
    mail: {
      transport: env.MAIL_TRANSPORT ?? "outbox",
      from: sender(env.MAIL_FROM ?? `${env.APP_NAME} <no-reply@localhost>`),
      mailjet: {
        key: env.MAILJET_API_KEY ?? "",
        secret: env.MAILJET_API_SECRET ?? "",
        url: env.MAILJET_API_URL,
      },
      smtpUrl: env.SMTP_URL ?? "",
    },
    rateLimitScale: env.RATE_LIMIT_SCALE,
    logLevel: env.LOG_LEVEL ?? (env.NODE_ENV === "test" ? ("silent" as const) : ("info" as const)),
  };
}

/** "Auth Flow <no-reply@example.com>" or a bare address. */
function sender(text: string): { name: string; address: string } {
  // With the s flag, so that a U+2028 pasted into the name does not make the whole text the address.
  const [, name, address] = /^(.*?)\s*<(.+)>$/s.exec(text) ?? [];
  return { name: name ?? "", address: address ?? text };
}
