// The one door: only here does a login begin or end, whatever proved who it is.

import type { Request } from "express";
import type { Kysely } from "kysely";
import type { Settings } from "../../config/env.ts";
import type { Events } from "../accounts/events.ts";
import { type CurrentUser, endLogin, findLogin, startLogin } from "../accounts/sessions.ts";
import { isUnchanged, type UserRow } from "../accounts/users.ts";
import type { Schema } from "../database/schema.ts";
import { inQuickTransaction, inTransaction } from "../database/transaction.ts";
import { safePath } from "../web/redirects.ts";
import { restartSession, saveSession } from "../web/session.ts";
import { sourceOf } from "../web/source.ts";
import type { Attempts } from "./attempts.ts";
import { type LoginStep, rememberHalfLogin } from "./steps.ts";

export interface NewSignIn {
  user: UserRow;
  /** How they proved it, for the list of logins: "password". */
  method: string;
  remembered: boolean;
  /** Where they wanted to go; anything that is not a path of this site is ignored. */
  next: unknown;
}

export interface SignIn {
  /** Asked in the order they were added. */
  addStep(step: LoginStep): void;
  /**
   * Logs in, or stops at a step that is still needed, and says where to go. Null when the account was deleted or its
   * password changed while we checked: then it is a failed login.
   */
  begin(req: Request, signIn: NewSignIn): Promise<string | null>;
  /** A new session id for the same login, after a change of what protects it. */
  renew(req: Request): Promise<void>;
  /** Ends the login, if there is one, and gives the visitor an empty session. */
  end(req: Request): Promise<void>;
}

export function createSignIn(
  db: Kysely<Schema>,
  events: Events,
  attempts: Attempts,
  settings: Settings,
): SignIn {
  const steps: LoginStep[] = [];

  return {
    addStep: (step) => void steps.push(step),

    begin: async (req, signIn) => {
      const { user, next } = signIn;
      if (!(await isUnchanged(db, user))) return null;
      const step = await firstNeeded(req, user);
      if (step) return waitAt(step, req, user);
      const current = await createLogin(req, signIn);
      if (!current) return null;
      await attempts.remember(user.email, sourceOf(req));
      await openSession(req, current);
      return safePath(next) ?? "/";
    },

    renew: async (req) => {
      if (req.user) await openSession(req, req.user);
    },

    end: async (req) => {
      const { user } = req;
      if (user) {
        await inTransaction(db, async (trx) => {
          await endLogin(trx, user.login.id);
          await events.record(trx, {
            event: "logout",
            outcome: "success",
            userId: user.id,
            source: sourceOf(req),
          });
        });
      }
      await restartSession(req);
    },
  };

  async function firstNeeded(req: Request, user: UserRow): Promise<LoginStep | null> {
    for (const step of steps) if (await step.isNeeded(req, user)) return step;
    return null;
  }

  /** The password was right, but that is not all: this browser is remembered, and nobody is in yet. */
  async function waitAt(step: LoginStep, req: Request, user: UserRow): Promise<string> {
    const event = `login-waits-for-${step.name}`;
    await events.record(db, { event, outcome: "failure", userId: user.id, source: sourceOf(req) });
    await restartSession(req);
    rememberHalfLogin(req, { email: user.email, passwordHash: user.password_hash });
    return step.path;
  }

  async function createLogin(
    req: Request,
    { user, method, remembered }: NewSignIn,
  ): Promise<CurrentUser | null> {
    const source = sourceOf(req);
    const login = { user, method, remembered, ip: source.ip, userAgent: source.userAgent };
    const loginId = await inQuickTransaction(db, async (trx) => {
      const id = await startLogin(trx, login, settings);
      if (id) await events.record(trx, { event: "login", outcome: "success", userId: user.id, source });
      return id;
    });
    return loginId === null ? null : findLogin(db, loginId, settings);
  }

  /** A new session under a new id, so nothing planted before the login survives it (session fixation). */
  async function openSession(req: Request, user: CurrentUser): Promise<void> {
    await restartSession(req);
    req.session.loginId = user.login.id;
    if (user.login.remembered)
      req.session.cookie.maxAge = user.login.startedAt + settings.rememberMeDays * 86_400_000 - Date.now();
    // Here, and not only by the redirect: a login that can't be kept has failed.
    await saveSession(req);
  }
}
