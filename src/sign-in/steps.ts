// What may stand between the right password and being in: a verified address, a second factor. Login knows none by name.
import { createHash } from "node:crypto";
import type { Request } from "express";
import { policy } from "../../config/policy.ts";
import { canonicalEmail } from "../accounts/email-address.ts";
import type { UserRow } from "../accounts/users.ts";

export interface LoginStep {
  name: string;
  /** The page that explains the step and lets it be done. */
  path: string;
  /** Asked after the right password, before anybody is let in. */
  isNeeded(req: Request, user: UserRow): Promise<boolean>;
}

/** This browser has shown that it knows the password of an account, and is not in yet. */
interface HalfLogin {
  email: string;
  /** Of the password hash, so that it is worth nothing once the password is another one. */
  fingerprint: string;
  until: number;
}

declare module "express-session" {
  interface SessionData {
    halfLogin?: HalfLogin;
  }
}

export function rememberHalfLogin(req: Request, account: { email: string; passwordHash: string }): void {
  req.session.halfLogin = {
    email: account.email,
    fingerprint: fingerprintOf(account.passwordHash),
    until: Date.now() + policy.halfLoginLifetimeMinutes * 60_000,
  };
}

/** The address as typed, for a page that shows it; says nothing about whether there is such an account. */
export function halfLoginEmail(req: Request): string | null {
  const half = req.session.halfLogin;
  return half && Date.now() < half.until ? half.email : null;
}

/** Does this browser know the password that the account has now? */
export function isHalfLoginOf(req: Request, user: UserRow): boolean {
  const email = halfLoginEmail(req);
  if (email === null || canonicalEmail(email) !== user.email_canonical) return false;
  return req.session.halfLogin?.fingerprint === fingerprintOf(user.password_hash);
}

function fingerprintOf(passwordHash: string): string {
  return createHash("sha256").update(passwordHash).digest("base64url");
}
