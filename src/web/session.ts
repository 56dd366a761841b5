// The browser's session: one cookie, given only to a visitor who has something to keep.
import type { Express, Request, RequestHandler, Response } from "express";
import session, { type SessionData, type Store } from "express-session";
import type { Logger } from "pino";
import type { Settings } from "../../config/env.ts";
import { policy } from "../../config/policy.ts";
import { HttpError } from "./errors.ts";

declare module "express-session" {
  interface SessionData {
    /** Of somebody who is logged in: given by sign-in.ts and nobody else. Null when that login has ended. */
    loginId?: string | null;
  }
}

/** `__Host-` makes the browser itself insist on Secure, Path=/ and no Domain; over http (loopback) it would refuse it. */
function cookieName(https: boolean): string {
  return https ? "__Host-sid" : "sid";
}

function cookieOptions(https: boolean) {
  return { httpOnly: true, secure: https, sameSite: "lax", path: "/" } as const;
}

export function sessions(settings: Settings, store: Store): RequestHandler {
  return session({
    name: cookieName(settings.https),
    secret: settings.sessionSecrets,
    cookie: cookieOptions(settings.https),
    store,
    resave: false,
    saveUninitialized: false,
    rolling: false,
  });
}

/**
 * express-session says only Expires, which a computer with a wrong clock misreads; Max-Age is right everywhere. To be
 * used before `sessions`: what is put around writeHead first runs last.
 */
export const cookiesWithMaxAge: RequestHandler = (_req, res, next) => {
  const writeHead = res.writeHead;
  res.writeHead = (...args: unknown[]) => {
    const cookies = res.getHeader("Set-Cookie");
    if (Array.isArray(cookies)) res.setHeader("Set-Cookie", cookies.map(withMaxAge));
    return Reflect.apply(writeHead, res, args);
  };
  next();
};

function withMaxAge(cookie: string): string {
  const expires = /; Expires=([^;]+)/.exec(cookie)?.[1];
  const seconds = expires ? Math.round((Date.parse(expires) - Date.now()) / 1000) : 0;
  return seconds > 0 ? `${cookie}; Max-Age=${seconds}` : cookie;
}

/** How long a session's row must be kept: as long as its login may last, or while something is pending. */
export function sessionLifetimeMs(settings: Settings): (data: SessionData) => number {
  return (data) => {
    if (!data.loginId) return policy.guestSessionLifetimeMinutes * 60_000;
    return data.cookie.originalMaxAge ?? settings.sessionMaxHours * 3_600_000;
  };
}

/** A guest with nothing pending any more keeps neither cookie nor row. A row that can't be deleted now expires. */
export async function dropEmptySession(req: Request, res: Response, { https }: Settings): Promise<void> {
  if (!isEmpty(req.session)) return;
  res.clearCookie(cookieName(https), cookieOptions(https));
  await new Promise<unknown>((resolve) => req.session.destroy(resolve));
}

function isEmpty(session: SessionData): boolean {
  return Object.keys(session).every((key) => key === "cookie");
}

/** A new, empty session under a new id; the old one's row is gone. */
export function restartSession(req: Request): Promise<void> {
  return new Promise((resolve, reject) =>
    req.session.regenerate((error) => (error ? reject(error) : resolve())),
  );
}

export function saveSession(req: Request): Promise<void> {
  return new Promise((resolve, reject) => req.session.save((error) => (error ? reject(error) : resolve())));
}

/**
 * A browser follows a redirect as soon as it has read its headers, and express-session writes the session behind them:
 * on PostgreSQL the next page could come before its message. A message that can't be kept changes no answer, for what it
 * tells of is done.
 */
export function saveBeforeRedirects(app: Express): void {
  const { redirect } = app.response;
  app.response.redirect = function (this: Response, ...args: unknown[]) {
    const { req } = this;
    const go = () => Reflect.apply(redirect, this, args);
    if (!req.session || isEmpty(req.session)) return go();
    saveSession(req)
      .catch((error) => this.once("close", () => req.next?.(error)))
      .then(go)
      .catch(req.next);
  };
}

/**
 * The commonest trouble of express-session: behind a proxy that is not trusted every request looks like plain http, the
 * Secure cookie is dropped without a word and the login form comes back for ever. Say so, to the operator and the visitor.
 */
export function refuseInsecureForms({ https, trustProxy }: Settings, log: Logger): RequestHandler {
  let told = false;
  return (req, _res, next) => {
    if (!https || req.secure) return next();
    const onlyLooks = req.method === "GET" || req.method === "HEAD";
    // Behind a proxy that is set up, a look over plain http is a health check from inside and no sign of trouble.
    if (!told && !(onlyLooks && trustProxy !== false)) {
      const fix =
        trustProxy === false
          ? "if a proxy ends TLS in front of this program, set TRUST_PROXY=1 (the number of proxies)."
          : "the proxy must send X-Forwarded-Proto: https, and TRUST_PROXY must be the number of proxies or their networks.";
      log.warn(`BASE_URL is https but requests arrive as plain http, so no login can work. Fix: ${fix}`);
      told = true;
    }
    if (onlyLooks) return next();
    throw new HttpError(400, {
      message:
        "This site is set up for https, but your request reached it as plain http, so your login could not be kept. " +
        "If you run this site: its log says what to change.",
    });
  };
}
