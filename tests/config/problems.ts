// What a person reads on stderr when the environment is wrong: one problem a line.
import { ConfigurationError, readSettings } from "../../config/env.ts";

export const SECRET = "s".repeat(32);

/** The least that production asks for. */
export const PRODUCTION: Record<string, string> = {
  NODE_ENV: "production",
  BASE_URL: "https://login.example.com",
  SESSION_SECRET: SECRET,
  MAIL_TRANSPORT: "smtp",
  MAIL_FROM: "Auth Flow <no-reply@example.com>",
  SMTP_URL: "smtp://mail.example.com:587",
};

/** Empty when the program would start. */
export function problems(variables: Record<string, string>): string[] {
  try {
    readSettings(variables);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}
