// The one-time message a page shows after a redirect.
import type { Express, Request, Response } from "express";
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
export function showFlashes(app: Express, settings: Settings): void {
  const { render } = app.response;
  app.response.render = function (this: Response, ...args: unknown[]) {
    const { req } = this;
    this.locals.flash ??= req.session?.flash ?? null;
    const show = () => Reflect.apply(render, this, args);
    // Who asks for the headers only has not seen it.
    if (req.method === "HEAD" || !takeWhatIsSeen(req)) return show();
    dropEmptySession(req, this, settings).then(show).catch(req.next);
  };
}

/** Whether there was anything. */
function takeWhatIsSeen({ session }: Request): boolean {
  if (!session) return false;
  const hasFlash = session.flash !== undefined;
  const hasEnded = session.loginId === null;
  if (hasFlash) delete session.flash;
  if (hasEnded) delete session.loginId;
  return hasFlash || hasEnded;
}
