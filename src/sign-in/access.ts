// Who is looking, and who may see a page: the guards that stand before its handlers.
import type { Request, RequestHandler } from "express";
import { policy } from "../../config/policy.ts";
import { parseUrl } from "../../config/urls.ts";
import type { LoginLimits } from "../accounts/login-limits.ts";
import { findLogin } from "../accounts/sessions.ts";
import type { Db } from "../database/open.ts";
import { HttpError } from "../web/errors.ts";
import { loginPath, safePath } from "../web/redirects.ts";

/** Finds out who is looking: the session holds a login's id, and the database says whose it is and whether it still counts. */
export function recogniseMember(db: Db, limits: LoginLimits): RequestHandler {
  return async (req, _res, next) => {
    const { loginId } = req.session;
    if (loginId) {
      const user = await findLogin(db, loginId, limits);
      if (user) req.user = user;
      // For good, also when a clock is set back.
      else req.session.loginId = null;
    }
    next();
  };
}

/** Stops everybody who is not logged in. core.pages puts it on every page that was not declared public. */
export const requireAuth: RequestHandler = (req, res, next) => {
  if (req.user) return next();
  if ((req.method === "GET" || req.method === "HEAD") && req.accepts("html"))
    return res.redirect(302, loginPath(safePath(req.originalUrl)));
  throw new HttpError(401, {
    message: "Your login has ended, so nothing was changed.",
    links: [{ label: "Log in and go back", href: loginPath(pageBefore(req)) }],
  });
};

/** A page that makes no sense for somebody who is logged in. */
export const guestsOnly: RequestHandler = (req, res, next) => {
  if (req.user) return res.redirect(303, "/");
  next();
};

/** For what is sensitive: the password must have been typed a short while ago. Stands behind requireAuth. */
export const requireRecentAuth: RequestHandler = (req, res, next) => {
  const confirmedAt = req.user?.login.confirmedAt ?? 0;
  // After a clock was set back, a moment ahead of it would be recent for a long time.
  if (Math.abs(Date.now() - confirmedAt) < policy.recentAuthMinutes * 60_000) return next();
  const page = req.method === "GET" || req.method === "HEAD" ? safePath(req.originalUrl) : pageBefore(req);
  res.redirect(303, `/confirm-password?next=${encodeURIComponent(page ?? "/")}`);
};

/** The person behind a request, for handlers behind the wall; anywhere else it refuses. */
export function currentUser(req: Request): Express.User {
  if (!req.user) throw new HttpError(401);
  return req.user;
}

/**
 * The page a form was on, because what it posts to may be no page. Only a path is taken, so it can't lead elsewhere. A
 * browser that tells nobody where it comes from is sent to the page that heads the feature: /sessions for /sessions/1/end.
 */
function pageBefore(req: Request): string | null {
  const referrer = parseUrl(req.get("referer") ?? "");
  return safePath(referrer ? referrer.pathname : `/${req.path.split("/")[1]}`);
}
