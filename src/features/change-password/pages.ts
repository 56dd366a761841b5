// The page that changes a password.

import type { Request, Response } from "express";
import { checkCredentials } from "../../accounts/credentials.ts";
import { endLogins } from "../../accounts/sessions.ts";
import { deleteTokens } from "../../accounts/tokens.ts";
import { replacePasswordHash, type UserRow } from "../../accounts/users.ts";
import type { Core } from "../../core.ts";
import { inTransaction } from "../../database/transaction.ts";
import { currentUser } from "../../sign-in/access.ts";
import { HttpError } from "../../web/errors.ts";
import { setFlash } from "../../web/flash.ts";
import { emptyForm, type FormState, readForm, withError } from "../../web/forms.ts";
import { sourceOf } from "../../web/source.ts";
import { changePasswordForm } from "./forms.ts";

export function changePasswordPages({ attempts, db, events, passwords, settings, signIn }: Core) {
  function showChangePassword(req: Request, res: Response): void {
    show(req, res, emptyForm);
  }

  async function changePassword(req: Request, res: Response): Promise<void> {
    const form = readForm(changePasswordForm(settings.passwordMinLength), req);
    if (!form.ok) return show(req, res.status(422), form.state);
    const { currentPassword, password } = form.value;
    const { id, email, firstName, lastName } = currentUser(req);

    const source = sourceOf(req);
    const user = await attempts.check(email, source, () =>
      checkCredentials(db, passwords, email, currentPassword),
    );
    if (user?.id !== id) {
      await events.record(db, { event: "password-changed", outcome: "failure", userId: id, source });
      return show(
        req,
        res.status(422),
        withError(form.state, "currentPassword", "Your current password is not correct"),
      );
    }
    const refusal =
      password.normalize("NFC") === currentPassword.normalize("NFC")
        ? "Your new password must differ from the current one."
        : passwords.refusal(password, [firstName, lastName, email]);
    if (refusal) return show(req, res.status(422), withError(form.state, "password", refusal));

    const passwordHash = await passwords.hash(password);
    // First, for it may fail: nobody is to be told to try again when the password is the new one already.
    await signIn.renew(req);
    await storePassword(req, user, passwordHash);
    setFlash(req, { text: "Your password is changed. Your other logins were ended." });
    res.redirect(303, "/profile");
  }

  async function storePassword(req: Request, user: UserRow, passwordHash: string): Promise<void> {
    await inTransaction(db, async (trx) => {
      const stored = await replacePasswordHash(trx, user.id, { from: user.password_hash, to: passwordHash });
      if (!stored)
        throw new HttpError(409, {
          message: "Your password was changed somewhere else at the same moment. Log in again.",
        });
      await deleteTokens(trx, user.id);
      await endLogins(trx, user.id, currentUser(req).login.id);
      await events.record(trx, {
        event: "password-changed",
        outcome: "success",
        userId: user.id,
        source: sourceOf(req),
      });
    });
  }

  function show(req: Request, res: Response, form: FormState): void {
    const { email } = currentUser(req);
    res.render("change-password/change-password", {
      form,
      email,
      passwordMinLength: settings.passwordMinLength,
    });
  }

  return { showChangePassword, changePassword };
}
