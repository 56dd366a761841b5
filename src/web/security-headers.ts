// The headers of every response, static files and errors included (OWASP ASVS 5 v5.0.0-3.4).
import type { Request, RequestHandler, Response } from "express";
import helmet from "helmet";

/** Nothing is inline and nothing comes from elsewhere, so the policy needs no nonce and no exception. */
export function securityHeaders(https: boolean): RequestHandler {
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
  const headers = headersSetBy(helmetHeaders as RequestHandler);
  headers.set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), browsing-topics=()");
  return (_req, res, next) => {
    res.setHeaders(headers);
    next();
  };
}

/** They are the same for every response, so helmet is asked once. */
function headersSetBy(middleware: RequestHandler): Map<string, string> {
  const headers = new Map<string, string>();
  const response = {
    setHeader: (name: string, value: string) => headers.set(name, value),
    removeHeader: () => {},
  };
  middleware({} as Request, response as unknown as Response, () => {});
  return headers;
}

/** Pages are never kept by a browser or proxy, so the back button after a logout asks us again. */
export const neverStored: RequestHandler = (_req, res, next) => {
  res.setHeader("Cache-Control", "no-store");
  next();
};
