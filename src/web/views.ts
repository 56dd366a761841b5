// EJS, the fixed locals that every view may use, and versioned addresses for the files of public/.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import express, { type Express, type RequestHandler } from "express";
import type { Settings } from "../../config/env.ts";
import { templateEngine } from "./templates.ts";

const PUBLIC_FOLDER = "public";
const ONE_YEAR_SECONDS = 31_536_000;

/** What `site` is in every view. */
export interface Site {
  name: string;
  asset(path: string): string;
  /** Where the mail of this installation can be read: only in development. */
  mailbox: string | null;
}

export function prepareViews(app: Express, settings: Settings, root: string): Site {
  const views = join(root, "views");
  const keep = settings.mode === "production";
  app.engine("ejs", templateEngine(views, { keep }));
  app.set("views", views);
  app.set("view engine", "ejs");
  app.set("view cache", keep);
  const site: Site = {
    name: settings.appName,
    asset: versioned(join(root, PUBLIC_FOLDER), keep),
    mailbox: null,
  };
  app.locals.site = site;
  return site;
}

/** `css/app.css` → `/css/app.css?v=…`: a new file has a new address, so browsers may keep the old one for ever. */
function versioned(folder: string, keep: boolean): (path: string) => string {
  const known = new Map<string, string>();
  return (path) => {
    const address =
      known.get(path) ??
      `/${path}?v=${createHash("sha256")
        .update(readFileSync(join(folder, path)))
        .digest("base64url")
        .slice(0, 8)}`;
    if (keep) known.set(path, address);
    return address;
  };
}

/** Asks the disk only for what can be there: for a page it would be a wait among the password hashes, for nothing. */
export function staticFiles(root: string): RequestHandler {
  const names = new Set(readdirSync(join(root, PUBLIC_FOLDER)));
  const serve = express.static(join(root, PUBLIC_FOLDER), {
    index: false,
    redirect: false,
    cacheControl: false,
    setHeaders: (res) => {
      const isVersioned = (res as express.Response).req.query.v !== undefined;
      res.setHeader(
        "Cache-Control",
        isVersioned ? `public, max-age=${ONE_YEAR_SECONDS}, immutable` : "no-cache",
      );
    },
  });
  return (req, res, next) => (names.has(req.path.split("/")[1] ?? "") ? serve(req, res, next) : next());
}

/** What every view may use, also the page of an error that comes before we know who is looking. */
export const guestLocals: RequestHandler = (req, res, next) => {
  const { locals } = res;
  locals.path = req.path;
  locals.user = null;
  locals.flash = null;
  next();
};

/** What a page may know of who is looking. */
export const userLocals: RequestHandler = (req, res, next) => {
  const { user } = req;
  res.locals.user = user ? { id: user.id, firstName: user.firstName, email: user.email } : null;
  next();
};
