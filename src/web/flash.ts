// The one-time message a page shows after a redirect.
import type { Request, RequestHandler, Response } from "express";
import type { Settings } from "../../config/env.ts";
import { dropEmptySession } from "./session.ts";

export interface Flash {
  text: string;
  /** Shown in bold after the text, for an address the visitor typed. */
  address?: string;
  /** What follows the address. */
  more?: string;
}

declare module "express-session" {
  interface SessionData {
    flash?: Flash;
  }
}

export function setFlash(req: Request, flash: Flash): void {
  req.session.flash = flash;
}

/**
 * Gives views a `flash` that is taken out of the session when a page shows it, and not by a redirect on the way. That is
 * also the moment to forget a session in which nothing is left: earlier, a login or a message may still need it.
 */
export function flashForViews(settings: Settings): RequestHandler {
  return (req, res, next) => {
    const render = res.render;
    res.render = (...args: unknown[]) => {
      res.locals.flash ??= req.session?.flash ?? null;
      tidySession(req, res, settings);
      Reflect.apply(render, res, args);
    };
    next();
  };
}

function tidySession(req: Request, res: Response, settings: Settings): void {
  if (!req.session) return;
  const { flash, passport } = req.session;
  const hasEnded = passport !== undefined && !req.user;
  if (flash) delete req.session.flash;
  if (hasEnded) delete req.session.passport;
  if (flash || hasEnded) dropEmptySession(req, res, settings);
}
