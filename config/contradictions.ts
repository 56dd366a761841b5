// What no single variable shows: production's stricter needs, and settings that only work together.
import type { Environment } from "./env.ts";
import { isLoopback } from "./urls.ts";

// OWASP Password Storage Cheat Sheet: any of these pairs (memory in KiB, passes) is the floor, at one lane.
const ARGON2_FLOOR = [
  [47104, 1],
  [19456, 2],
  [12288, 3],
  [9216, 4],
  [7168, 5],
] as const;

/** One line for each, with the variable's name and the fix. */
export function contradictions(env: Environment): string[] {
  const problems: string[] = [];
  const production = env.NODE_ENV === "production";
  if (production && !env.BASE_URL)
    problems.push(
      "BASE_URL is missing. Set it to the site's public address, for example https://example.com.",
    );
  if (
    production &&
    env.BASE_URL &&
    new URL(env.BASE_URL).protocol === "http:" &&
    !isLoopback(new URL(env.BASE_URL).hostname)
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
