// Cross-site request forgery: an unsafe request must come from our own pages. No tokens, so no form ever goes stale.
import express, { type RequestHandler } from "express";
import { HttpError } from "./errors.ts";

/** RFC 9110 §9.2.1: they only read, so there is nothing in them to be protected, or to be parsed. */
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** `handlers` for every request that may change something. */
export function forUnsafeMethods(...handlers: RequestHandler[]): RequestHandler {
  const router = express.Router().use(...handlers);
  return (req, res, next) => (SAFE_METHODS.has(req.method) ? next() : router(req, res, next));
}

/**
 * Sec-Fetch-Site decides where a browser sends it (all current ones; a page can't forge it); else Origin must be ours.
 * A client that sends neither is no browser and carries nobody's cookies by accident (OWASP CSRF Cheat Sheet, Fetch Metadata).
 */
export function refuseCrossSite(baseUrl: string): RequestHandler {
  return (req, _res, next) => {
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
