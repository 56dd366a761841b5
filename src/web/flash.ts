// The one-time message a page shows after a redirect.
import type { Request, RequestHandler } from "express";
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
    flash: Flash;
  }
}

export function setFlash(req: Request, flash: Flash): void {
  req.session.flash = flash;
}

/** Gives views a `flash` that is taken out of the session when a page shows it, and not by a redirect on the way. */
export function flashForViews(settings: Settings): RequestHandler {
  return (req, res, next) => {
    let taken: Flash | null | undefined;
    Object.defineProperty(res.locals, "flash", {
      enumerable: true,
      get: () => {
        if (taken === undefined) {
          taken = req.session?.flash ?? null;
          if (taken) {
            delete (req.session as Partial<typeof req.session>).flash;
            dropEmptySession(req, res, settings);
          }
        }
        return taken;
      },
    });
    next();
  };
}
