// Types only: the Core is all that a feature may hold. What is not in it, a feature cannot touch.
import type { Express } from "express";
import type { Kysely } from "kysely";
import type { Logger } from "pino";
import type { Settings } from "../config/env.ts";
import type { Events } from "./accounts/events.ts";
import type { Passwords } from "./accounts/passwords.ts";
import type { Purge } from "./database/purge.ts";
import type { Schema } from "./database/schema.ts";
import type { Mailer } from "./mail/mailer.ts";
import type { Attempts } from "./sign-in/attempts.ts";
import type { Passport } from "./sign-in/passport.ts";
import type { Registration } from "./sign-in/registration.ts";
import type { SignIn } from "./sign-in/sign-in.ts";
import type { Doors } from "./web/pages.ts";
import type { MakeLimit } from "./web/rate-limit.ts";
import type { Site } from "./web/views.ts";

/** A link that a feature offers and a core page prints, so that the page need not know the feature. */
export interface AccountLink {
  href: string;
  label: string;
  description: string;
}

export interface Core {
  settings: Settings;
  log: Logger;
  db: Kysely<Schema>;
  passwords: Passwords;
  events: Events;
  mailer: Mailer;
  makeLimit: MakeLimit;
  attempts: Attempts;
  passport: Passport;
  signIn: SignIn;
  /** Pages behind the wall. */
  pages: Doors["pages"];
  /** Pages for everybody. */
  publicPages: Doors["publicPages"];
  registration: Registration;
  /** Called now and then, to delete what has expired. */
  purges: Purge[];
  /** Printed on the profile page. */
  accountLinks: AccountLink[];
  site: Site;
  /** True from the moment the program was told to stop. */
  isStopping(): boolean;
}

/** A feature registers its pages, mails and links; it does nothing until a request comes. */
export type Feature = (core: Core) => void;

/** What createApp hands to server.ts (and to tests). */
export interface RunningApp {
  app: Express;
  mailer: Mailer;
  /** Deletes what has expired. */
  purge(): Promise<void>;
}
