// The profile page on bare Express: the program's own template with the data that the program gives it.
import { join } from "node:path";
import express from "express";

const ROOT = join(import.meta.dirname, "../..");

/** What the program's own page showed (bench/profile-page.ts reads it from there). */
const page = JSON.parse(process.env.PROFILE_PAGE);

/** Express as it comes; only what the program does not do either is off. `view cache` is on, by NODE_ENV=production. */
export function createExpress() {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("views", [join(ROOT, "views")]);
  app.set("view engine", "ejs");
  app.locals.site = { name: page.siteName, asset: (path) => page.assets[path], mailbox: null };
  app.get("/healthz", (_req, res) => res.json({ status: "up" }));
  return app;
}

export function showProfile(res, { firstName, lastName, email }) {
  res.render("profile/profile", {
    path: "/profile",
    user: { firstName, email },
    flash: null,
    form: { values: { firstName, lastName }, errors: [] },
    email,
    accountLinks: page.accountLinks,
  });
}

export function listen(app) {
  app.listen(Number(process.env.PORT), process.env.HOST);
}

/** The person whose page it is. */
export const person = page.person;
