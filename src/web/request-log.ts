// One JSON line for each request: the route's pattern, never its URL, because a URL may hold a token.
import { randomUUID } from "node:crypto";
import type { RequestHandler } from "express";
import type { Logger } from "pino";
import { HttpError } from "./errors.ts";

declare global {
  namespace Express {
    interface Request {
      /** Ours; one that a client sends along is not believed. */
      id: string;
    }
  }
}

export function requestLog(log: Logger): RequestHandler {
  return (req, res, next) => {
    const start = performance.now();
    req.id = randomUUID();
    res.setHeader("X-Request-Id", req.id);
    res.once("close", () => {
      log.info({
        requestId: req.id,
        method: req.method,
        route: req.route?.path ?? null,
        status: res.statusCode,
        ms: Math.round((performance.now() - start) * 10) / 10,
        ...(res.writableFinished ? {} : { aborted: true }),
      });
    });
    next();
  };
}

/** `OPTIONS *` and the like are no path of ours, and the libraries behind us do not expect them. */
export const refuseOddTargets: RequestHandler = (req, _res, next) => {
  next(req.path.startsWith("/") ? undefined : new HttpError(400));
};
