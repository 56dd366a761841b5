// The pages of a change: the form, the new address's button, and the old address's button.

import type { Request, Response } from "express";
import { policy } from "../../../config/policy.ts";
import { canonicalEmail } from "../../accounts/email-address.ts";
import { tokenHashOf } from "../../accounts/tokens.ts";
import type { Core } from "../../core.ts";
import { inTransaction } from "../../database/transaction.ts";
import { evenIfItFails } from "../../database/trouble.ts";
import { dropMailsOf } from "../../mail/waiting-mails.ts";
import { currentUser } from "../../sign-in/access.ts";
import { type ErrorLink, HttpError } from "../../web/errors.ts";
import { setFlash } from "../../web/flash.ts";
import { emptyForm, type FormState, readForm, withError } from "../../web/forms.ts";
import { sourceOf } from "../../web/source.ts";
import { cancelChange, changeOfLink, confirmChange, requestChange } from "./change.ts";
import { changeEmailForm } from "./forms.ts";
import { CONFIRM_MAIL, UNDO_MAIL } from "./mail.ts";
import { findUndo, undoChange } from "./undo.ts";

export function changeEmailPages({ db, events, mailer, makeLimit, log, signIn }: Core) {
  const byUser = makeLimit("email-change", policy.limits.emailChangeByUser);

  function showChangeEmail(req: Request, res: Response): void {
    show(req, res, emptyForm);
  }

  async function requestEmailChange(req: Request, res: Response): Promise<void> {
    const form = readForm(changeEmailForm, req);
    if (!form.ok) return show(req, res.status(422), form.state);
    const { id: userId, email: oldEmail } = currentUser(req);
    const { email: newEmail } = form.value;
    if (canonicalEmail(newEmail) === canonicalEmail(oldEmail)) {
      return show(
        req,
        res.status(422),
        withError(form.state, "email", "Enter an email address other than the one you have"),
      );
    }

    await byUser.count(userId);
    const requestedAt = Date.now();
    const { ip, userAgent } = sourceOf(req);
    await inTransaction(db, async (trx) => {
      await requestChange(trx, userId, newEmail);
      await events.record(trx, {
        event: "email-change-requested",
        outcome: "success",
        userId,
        source: sourceOf(req),
      });
      await mailer.send(trx, CONFIRM_MAIL, { userId, newEmail }, { userId });
      await mailer.send(trx, UNDO_MAIL, { userId, oldEmail, requestedAt, ip, userAgent }, { userId });
    });
    setFlash(req, {
      text: "Check your email. We have sent a link to",
      address: newEmail,
      more: ". Your address changes when you open it.",
    });
    res.redirect(303, "/profile");
  }

  async function showConfirmLink(req: Request, res: Response): Promise<void> {
    const change = await changeOfLink(db, hashInPath(req));
    if (!change) throw spentLink();
    res.render("change-email/confirm-email", { ...change, action: req.originalUrl });
  }

  async function confirmEmailChange(req: Request, res: Response): Promise<void> {
    const tokenHash = hashInPath(req);
    const changed = await inTransaction(db, async (trx) => {
      const change = await confirmChange(trx, tokenHash);
      if (!change) return null;
      const { user, newEmail } = change;
      const detail = { oldEmail: user.email, newEmail };
      await events.record(trx, {
        event: "email-changed",
        outcome: "success",
        userId: user.id,
        source: sourceOf(req),
        detail,
      });
      return change;
    });
    if (!changed) throw spentLink();
    setFlash(req, { text: "Your email address is now", address: changed.newEmail, more: "." });
    res.redirect(303, req.user ? "/profile" : "/login");
  }

  async function showUndoLink(req: Request, res: Response): Promise<void> {
    const undo = await findUndo(db, hashInPath(req));
    if (!undo) throw spentLink();
    res.render("change-email/undo-email-change", { oldEmail: undo.oldEmail, action: req.originalUrl });
  }

  async function undoEmailChange(req: Request, res: Response): Promise<void> {
    const tokenHash = hashInPath(req);
    const undone = await inTransaction(db, async (trx) => {
      const undo = await undoChange(trx, tokenHash);
      if (!undo) return null;
      const { userId, oldEmail, requestedAt } = undo;
      await cancelChange(trx, userId);
      // The mails of later changes may still wait to be sent, and would bring their links to life.
      await dropMailsOf(trx, userId, [CONFIRM_MAIL, UNDO_MAIL], requestedAt);
      await events.record(trx, {
        event: "email-change-undone",
        outcome: "success",
        userId,
        source: sourceOf(req),
        detail: { oldEmail },
      });
      return undo;
    });
    if (!undone) throw spentLink();
    await evenIfItFails(log, () => signIn.end(req));
    setFlash(req, {
      text: "Every login was ended, and your address is again",
      address: undone.oldEmail,
      more: ". The old password no longer works: choose a new one with the link we have sent you.",
    });
    res.redirect(303, "/login");
  }

  return {
    showChangeEmail,
    requestEmailChange,
    showConfirmLink,
    confirmEmailChange,
    showUndoLink,
    undoEmailChange,
  };
}

function show(req: Request, res: Response, form: FormState): void {
  res.render("change-email/change-email", { form, email: currentUser(req).email });
}

function hashInPath(req: Request): string {
  const tokenHash = tokenHashOf(String(req.params.token));
  if (!tokenHash) throw spentLink();
  return tokenHash;
}

function spentLink(): HttpError {
  const links: ErrorLink[] = [{ label: "Log in", href: "/login" }];
  return new HttpError(410, {
    message: "It works once, for a limited time, and only the newest one works.",
    links,
  });
}
