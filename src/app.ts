// A request's whole path on one page, top to bottom.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import express, { type RequestHandler } from "express";
import type { Logger } from "pino";
import type { Settings } from "../config/env.ts";
import { policy } from "../config/policy.ts";
import { createEvents } from "./accounts/events.ts";
import { createPasswords } from "./accounts/passwords.ts";
import { purgeLogins } from "./accounts/sessions.ts";
import { purgeTokens } from "./accounts/tokens.ts";
import type { Core, Feature, RunningApp } from "./core.ts";
import type { Storage } from "./database/open.ts";
import { purgeInBatches } from "./database/purge.ts";
import { isStorageTrouble } from "./database/trouble.ts";
import { createMailer, type Mailer } from "./mail/mailer.ts";
import { createTransport } from "./mail/transport.ts";
import { purgeDeadMails } from "./mail/waiting-mails.ts";
import { recogniseMember, requireAuth } from "./sign-in/access.ts";
import { createAttempts } from "./sign-in/attempts.ts";
import { createPassport } from "./sign-in/passport.ts";
import { plainRegistration } from "./sign-in/registration.ts";
import { createSignIn } from "./sign-in/sign-in.ts";
import { forUnsafeMethods, refuseCrossSite } from "./web/csrf.ts";
import { errorHandler, HttpError } from "./web/errors.ts";
import { showFlashes } from "./web/flash.ts";
import { createDoors } from "./web/pages.ts";
import { createLimits, purgeLimits } from "./web/rate-limit.ts";
import { refuseOddTargets, requestLog } from "./web/request-log.ts";
import { neverStored, securityHeaders } from "./web/security-headers.ts";
import {
  cookiesWithMaxAge,
  refuseInsecureForms,
  saveBeforeRedirects,
  sessionLifetimeMs,
  sessions,
} from "./web/session.ts";
import { createSessionStore } from "./web/session-store.ts";
import { guestLocals, prepareViews, staticFiles, userLocals } from "./web/views.ts";

export interface AppParts {
  settings: Settings;
  storage: Storage;
  log: Logger;
  features: Feature[];
  isStopping: () => boolean;
}

export async function createApp({
  settings,
  storage,
  log,
  features,
  isStopping,
}: AppParts): Promise<RunningApp> {
  const { db, shortLived } = storage;
  const app = express();
  const root = packageRoot();
  const { appName, baseUrl } = settings;
  const { maxBytes, maxFields } = policy.body;
  const site = prepareViews(app, settings, root);
  showFlashes(app, settings);
  saveBeforeRedirects(app);

  const events = createEvents(log);
  const passwords = await createPasswords(settings.argon2, {
    minLength: settings.passwordMinLength,
    appName,
    baseUrl,
  });
  const mailer = createMailer(
    db,
    createTransport(settings, db),
    { appName, baseUrl, viewsFolder: join(root, "views") },
    log,
  );
  const makeLimit = createLimits(shortLived, settings.rateLimitScale);
  const attempts = createAttempts(makeLimit, passwords.refuseWhenFull);
  const passport = createPassport(db, passwords);
  const { store, purge: purgeSessions } = await createSessionStore(shortLived, sessionLifetimeMs(settings));
  const { pages, publicPages, close } = createDoors(app, requireAuth);

  app.disable("x-powered-by");
  app.disable("etag");
  app.set("trust proxy", settings.trustProxy);
  app.use(requestLog(log), refuseOddTargets);
  app.use(securityHeaders(settings.https));
  app.use(staticFiles(root));
  app.use(neverStored, guestLocals);
  app.use(refuseInsecureForms(settings, log));
  app.use(
    forUnsafeMethods(
      refuseCrossSite(baseUrl),
      express.urlencoded({ extended: false, limit: maxBytes, parameterLimit: maxFields }),
      wakeAfterwards(mailer),
    ),
  );
  app.use(cookiesWithMaxAge, sessions(settings, store));
  app.use(recogniseMember(db, settings), userLocals);

  const core: Core = {
    settings,
    log,
    db,
    passwords,
    events,
    mailer,
    makeLimit,
    attempts,
    passport,
    signIn: createSignIn(db, events, attempts, settings),
    pages,
    publicPages,
    registration: plainRegistration(),
    purges: [purgeTokens, purgeLogins, purgeDeadMails, purgeSessions, purgeLimits(shortLived)],
    accountLinks: [],
    site,
    isStopping,
  };
  for (const feature of features) feature(core);
  close();

  app.use(() => {
    throw new HttpError(404);
  });
  const failed = errorHandler(log, isStorageTrouble);
  // Twice: when the session can't be saved at the end of an error page, Express goes on behind the handler that made it.
  app.use(failed, failed);

  return { app, mailer, purge: () => purgeInBatches(db, core.purges) };
}

/** Mail that a request causes leaves when it has been answered (or at the next poll, if the client did not wait for that). */
function wakeAfterwards({ wake }: Mailer): RequestHandler {
  return (_req, res, next) => {
    res.once("close", wake);
    next();
  };
}

/** The folder of package.json: views and public lie there, whether this file runs from src or from dist/src. */
function packageRoot(folder = import.meta.dirname): string {
  return existsSync(join(folder, "package.json")) ? folder : packageRoot(dirname(folder));
}
