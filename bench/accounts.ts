// Accounts to log in with, written straight into users.db: what is measured is the login, not the registration.
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import argon2 from "@node-rs/argon2";
import BetterSqlite from "better-sqlite3";
import { environmentSchema } from "../config/env.ts";
import type { LoadRequest } from "./load/job.ts";

export const PASSWORD = "a long password that everybody has";

/** What a production server is set to when nobody sets anything. */
export const hashDefaults = environmentSchema
  .pick({
    ARGON2_MEMORY_KIB: true,
    ARGON2_PASSES: true,
    HASH_CONCURRENCY: true,
  })
  .parse({});

export interface Account {
  id: string;
  email: string;
}

/** Of PASSWORD, at production's cost; one for everybody, because making a million takes hours. */
export function passwordHash(): Promise<string> {
  return argon2.hash(PASSWORD, {
    memoryCost: hashDefaults.ARGON2_MEMORY_KIB,
    timeCost: hashDefaults.ARGON2_PASSES,
    parallelism: 1,
  });
}

/** Into a folder whose users.db has its tables. The addresses are verified. */
export async function createAccounts(folder: string, count: number): Promise<Account[]> {
  const hash = await passwordHash();
  const now = Date.now();
  const accounts = Array.from({ length: count }, (_, index) => ({
    id: randomUUID(),
    email: `member${index}@example.com`,
  }));
  const db = new BetterSqlite(join(folder, "users.db"));
  const user = db.prepare("INSERT INTO users VALUES (?, 'Ada', 'Lovelace', ?, ?, ?, ?, ?)");
  const verification = db.prepare("INSERT INTO email_verifications VALUES (?, ?, ?)");
  db.transaction(() => {
    for (const { id, email } of accounts) {
      user.run(id, email, email, hash, now, now);
      verification.run(id, email, now);
    }
  })();
  db.close();
  return accounts;
}

/** The login form as a browser posts it. */
export function loginRequest({ email }: Pick<Account, "email">, remembered = false): LoadRequest {
  return {
    method: "POST",
    path: "/login",
    headers: { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" },
    body: new URLSearchParams({
      email,
      password: PASSWORD,
      ...(remembered && { rememberMe: "on" }),
    }).toString(),
  };
}

/** The Cookie header of somebody who has just logged in, at ours or at an alternative. */
export async function logIn(origin: string, request: LoadRequest): Promise<string> {
  const { path, method, body = "" } = request;
  const headers = { ...request.headers, origin };
  const answer = await fetch(origin + path, { method, headers, body, redirect: "manual" });
  const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
  if (answer.status >= 400 || cookies.length === 0)
    throw new Error(`Could not log in: ${answer.status} ${await answer.text()}`);
  return cookies.join("; ");
}
