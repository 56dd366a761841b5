// The page of logins.

import type { Request, Response } from "express";
import { endLogin, endLogins } from "../../accounts/sessions.ts";
import type { Core } from "../../core.ts";
import { inTransaction } from "../../database/transaction.ts";
import { currentUser } from "../../sign-in/access.ts";
import { inUtc } from "../../web/dates.ts";
import { HttpError } from "../../web/errors.ts";
import { setFlash } from "../../web/flash.ts";
import { sourceOf } from "../../web/source.ts";
import { listLogins } from "./logins.ts";

export function sessionPages({ db, events, settings, signIn }: Core) {
  async function showSessions(req: Request, res: Response): Promise<void> {
    const user = currentUser(req);
    const logins = await listLogins(db, user.id, settings);
    const shown = logins.map(({ id, startedAt, lastSeenAt, ...login }) => ({
      ...login,
      isThisOne: id === user.login.id,
      started: inUtc(startedAt),
      lastSeen: inUtc(lastSeenAt),
    }));
    res.render("sessions/sessions", { logins: shown });
  }

  async function endSession(req: Request, res: Response): Promise<void> {
    const user = currentUser(req);
    const login = (await listLogins(db, user.id, settings)).find(({ handle }) => handle === req.params.id);
    // Somebody else's login is as unknown here as one that never was.
    if (!login) throw new HttpError(404);
    if (login.id === user.login.id) {
      await signIn.end(req);
      return res.redirect(303, "/login");
    }
    await inTransaction(db, async (trx) => {
      await endLogin(trx, login.id);
      await events.record(trx, {
        event: "login-ended",
        outcome: "success",
        userId: user.id,
        source: sourceOf(req),
      });
    });
    setFlash(req, { text: `The login of ${login.browser} was ended.` });
    res.redirect(303, "/sessions");
  }

  async function endOtherSessions(req: Request, res: Response): Promise<void> {
    const user = currentUser(req);
    await inTransaction(db, async (trx) => {
      await endLogins(trx, user.id, user.login.id);
      await events.record(trx, {
        event: "other-logins-ended",
        outcome: "success",
        userId: user.id,
        source: sourceOf(req),
      });
    });
    setFlash(req, { text: "All other logins were ended." });
    res.redirect(303, "/sessions");
  }

  return { showSessions, endSession, endOtherSessions };
}
