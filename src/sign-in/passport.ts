// Passport: one instance for each app. Strategies find out who somebody is; only sign-in.ts lets them in.
import type { Request, Response } from "express";
import passport from "passport";
import { Strategy as LocalStrategy } from "passport-local";
import { checkCredentials } from "../accounts/credentials.ts";
import type { Passwords } from "../accounts/passwords.ts";
import type { CurrentUser } from "../accounts/sessions.ts";
import type { UserRow } from "../accounts/users.ts";
import type { Db } from "../database/open.ts";

declare global {
  namespace Express {
    interface User extends CurrentUser {}
  }
}

export type Passport = passport.Authenticator;

/** Strategies only: what makes somebody logged in, and for how long, is ours (sign-in.ts, access.ts). */
export function createPassport(db: Db, passwords: Passwords): Passport {
  const instance: Passport = new passport.Passport();
  instance.use(
    new LocalStrategy(
      { usernameField: "email", passwordField: "password", session: false },
      (email, password, done) => {
        checkCredentials(db, passwords, email, password).then(
          (user) => done(null, user ? asPassportUser(user) : false),
          done,
        );
      },
    ),
  );
  return instance;
}

/**
 * Asks a strategy who this is: the account, or null. Nobody is logged in by it. `checked` replaces the request's body,
 * because a strategy reads the body itself and must find there what zod let through and nothing else.
 */
export function authenticateWith(
  instance: Passport,
  strategy: string,
  req: Request,
  res: Response,
  checked: object,
): Promise<UserRow | null> {
  req.body = checked;
  return new Promise((resolve, reject) => {
    const decided = (error: unknown, user?: Express.User | false) =>
      error ? reject(error) : resolve(user ? asAccount(user) : null);
    instance.authenticate(strategy, { session: false }, decided)(req, res, reject);
  });
}

// Passport has one type for "who was recognised" and "who is logged in"; ours are two, and they meet only here.
const asPassportUser = (user: UserRow) => user as unknown as Express.User;
const asAccount = (user: Express.User) => user as unknown as UserRow;
