// The headers of every response, static files and errors included (OWASP ASVS 5 v5.0.0-3.4).
import type { RequestHandler } from "express";
import helmet from "helmet";

/** Nothing is inline and nothing comes from elsewhere, so the policy needs no nonce and no exception. */
export function securityHeaders(https: boolean): RequestHandler[] {
  const helmetHeaders = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
    // no-referrer would make our own forms say "Origin: null", and csrf.ts would refuse them.
    referrerPolicy: { policy: "same-origin" },
    strictTransportSecurity: https && { maxAge: 63_072_000, includeSubDomains: true },
    xFrameOptions: { action: "deny" },
  });
  const permissions: RequestHandler = (_req, res, next) => {
    res.set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), browsing-topics=()");
    next();
  };
  return [helmetHeaders as RequestHandler, permissions];
}

/** Pages are never kept by a browser or proxy, so the back button after a logout asks us again. */
export const neverStored: RequestHandler = (_req, res, next) => {
  res.set("Cache-Control", "no-store");
  next();
};
