// The environment, read once: every name, its default and what is accepted. All problems are reported together.
import { readFileSync } from "node:fs";
import { BlockList, isIP } from "node:net";
import { availableParallelism } from "node:os";
import { z } from "zod";

/** Thrown by readSettings; each problem is one line that names the variable and says how to mend it. */
export class ConfigurationError extends Error {
  readonly problems: string[];
  constructor(problems: string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

const LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"];
const MIN_SECRET_LENGTH = 32;
// OWASP Password Storage Cheat Sheet: any of these pairs (memory in KiB, passes) is the floor, at one lane.
const ARGON2_FLOOR = [
  [47104, 1],
  [19456, 2],
  [12288, 3],
  [9216, 4],
  [7168, 5],
] as const;

const whole = (low: number, high: number, fallback: number) => {
  const message = `must be a whole number from ${low} to ${high}, for example ${fallback}`;
  return z
    .string()
    .regex(/^\d+$/, message)
    .transform(Number)
    .pipe(z.number().min(low, message).max(high, message))
    .prefault(String(fallback));
};

const httpUrl = (message: string) =>
  z.string().refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), message);

const origin = httpUrl("must be the site's public address, for example https://example.com").refine(
  (text) => !URL.canParse(text) || /^https?:\/\/[^/?#@]+\/?$/i.test(text),
  "must be only scheme, host and port, without a path, for example https://example.com",
);

const hopsOrNetworks = z.string().transform((text, context): number | string[] => {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  const networks = text.split(",").map((network) => network.trim());
  if (networks.every(isNetwork)) return networks;
  context.addIssue(
    "must be the number of proxies in front (for example 1) or their networks (for example 10.0.0.0/8,127.0.0.1); true would let anyone forge an address",
  );
  return z.NEVER;
});

function isNetwork(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const family = isIP(address);
  if (family === 0 || rest.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return false;
  try {
    new BlockList().addSubnet(address, Number(bits ?? 0), family === 6 ? "ipv6" : "ipv4");
    return true;
  } catch {
    return false;
  }
}

const secrets = z
  .string()
  .transform((text) => text.split(",").map((secret) => secret.trim()))
  .refine(
    (list) => list.every((secret) => secret.length >= MIN_SECRET_LENGTH),
    `must be one or more secrets of at least ${MIN_SECRET_LENGTH} characters, separated by commas; make one with: openssl rand -base64 32`,
  );

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
  DATABASE_URL: z
    .string()
    .regex(/^sqlite:.+/, "must be sqlite:PATH, for example sqlite:users.db")
    .default("sqlite:users.db"),
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
  MAIL_TRANSPORT: z.enum(["mailjet", "smtp", "outbox"], "must be mailjet, smtp or outbox").optional(),
  MAIL_FROM: z
    .string()
    .regex(
      /^(?:[^<>"\p{Cc}]* )?<?[^\s<>@"]+@[^\s<>@"]+>?$/u,
      "must be an address, for example Auth Flow <no-reply@example.com>",
    )
    .optional(),
  MAILJET_API_KEY: z.string().optional(),
  MAILJET_API_SECRET: z.string().optional(),
  MAILJET_API_URL: httpUrl("must be a URL, for example https://api.mailjet.com").default(
    "https://api.mailjet.com",
  ),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\/./, "must be smtp://user:pass@host:port")
    .optional(),
  RATE_LIMIT_SCALE: z
    .string()
    .refine((text) => Number(text) > 0, "must be a number above 0, for example 1")
    .transform(Number)
    .default(1),
  LOG_LEVEL: z
    .enum(
      ["trace", "debug", "info", "warn", "error", "fatal", "silent"],
      "must be a pino level: trace, debug, info, warn, error, fatal or silent",
    )
    .optional(),
});

type Environment = z.output<typeof environmentSchema>;
export type Settings = ReturnType<typeof settingsFrom>;

/** What the program may ask of its surroundings. Throws ConfigurationError with every problem at once. */
export function readSettings(variables: NodeJS.ProcessEnv): Settings {
  const { values, problems } = withFiles(variables);
  const parsed = environmentSchema.safeParse(values);
  if (!parsed.success)
    problems.push(...parsed.error.issues.map(({ path, message }) => `${String(path[0])} ${message}.`));
  if (parsed.success) problems.push(...contradictions(parsed.data));
  if (!parsed.success || problems.length > 0) throw new ConfigurationError(problems);
  return settingsFrom(parsed.data);
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
      values[name] = readFileSync(file, "utf8").trim();
    } catch {
      problems.push(`${name}_FILE names a file that can't be read. Check the path and its permissions.`);
    }
  }
  return { values, problems };
}

/** What no single variable shows: production's stricter needs, and settings that only work together. */
function contradictions(env: Environment): string[] {
  const problems: string[] = [];
  const production = env.NODE_ENV === "production";
  if (production && !env.BASE_URL)
    problems.push(
      "BASE_URL is missing. Set it to the site's public address, for example https://example.com.",
    );
  if (
    production &&
    env.BASE_URL?.startsWith("http:") &&
    !LOOPBACK_HOSTS.includes(new URL(env.BASE_URL).hostname)
  )
    problems.push(
      "BASE_URL must start with https:// in production, because cookies and passwords travel over it.",
    );
  if (production && !env.SESSION_SECRET)
    problems.push("SESSION_SECRET is missing. Set it to the output of: openssl rand -base64 32");
  if (production && !env.MAIL_TRANSPORT)
    problems.push("MAIL_TRANSPORT is missing. Set it to mailjet or smtp.");
  if (production && env.MAIL_TRANSPORT === "outbox")
    problems.push("MAIL_TRANSPORT=outbox sends nothing. Set it to mailjet or smtp in production.");
  if (production && !env.MAIL_FROM)
    problems.push(
      "MAIL_FROM is missing. Set it to the sender, for example Auth Flow <no-reply@example.com>.",
    );
  if (
    production &&
    !ARGON2_FLOOR.some(([memory, passes]) => env.ARGON2_MEMORY_KIB >= memory && env.ARGON2_PASSES >= passes)
  )
    problems.push(
      "ARGON2_MEMORY_KIB and ARGON2_PASSES are weaker than OWASP's floor. Remove both, or use at least 19456 and 2.",
    );
  if (env.MAIL_TRANSPORT === "mailjet" && !(env.MAILJET_API_KEY && env.MAILJET_API_SECRET))
    problems.push(
      "MAILJET_API_KEY and MAILJET_API_SECRET are needed for MAIL_TRANSPORT=mailjet. Copy both from your Mailjet account.",
    );
  if (env.MAIL_TRANSPORT === "smtp" && !env.SMTP_URL)
    problems.push("SMTP_URL is needed for MAIL_TRANSPORT=smtp. Set it to smtp://user:pass@host:port.");
  return problems;
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
  const [, name, address] = /^(.*?)\s*<(.+)>$/.exec(text) ?? [];
  return { name: name ?? "", address: address ?? text };
}
