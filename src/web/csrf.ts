// Cross-site request forgery: an unsafe request must come from our own pages. No tokens, so no form ever goes stale.
import type { RequestHandler } from "express";
import { HttpError } from "./errors.ts";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Sec-Fetch-Site decides where a browser sends it (all current ones; a page can't forge it); else Origin must be ours.
 * A client that sends neither is no browser and carries nobody's cookies by accident (OWASP CSRF Cheat Sheet, Fetch Metadata).
 */
export function refuseCrossSite(baseUrl: string): RequestHandler {
  return (req, _res, next) => {
    if (SAFE_METHODS.has(req.method)) return next();
    const site = req.get("sec-fetch-site");
    const origin = req.get("origin");
    const allowed =
      site === undefined
        ? origin === undefined || origin === baseUrl
        : site === "same-origin" || site === "none";
    if (!allowed) throw new HttpError(403);
    next();
  };
}
