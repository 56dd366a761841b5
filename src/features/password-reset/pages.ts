// The pages of a reset. The token leaves the address bar at once: it is kept, as a hash, in the session.
import type { Request, Response } from "express";
import { policy } from "../../../config/policy.ts";
import { canonicalEmail } from "../../accounts/email-address.ts";
import { tokenHashOf } from "../../accounts/tokens.ts";
import type { UserRow } from "../../accounts/users.ts";
import type { Core } from "../../core.ts";
import { evenIfItFails } from "../../database/trouble.ts";
import { HttpError } from "../../web/errors.ts";
import { setFlash } from "../../web/flash.ts";
import { emptyForm, type FormState, readForm, withError } from "../../web/forms.ts";
import { restartSession } from "../../web/session.ts";
import { sourceOf } from "../../web/source.ts";
import { forgotPasswordForm, resetPasswordForm } from "./forms.ts";
import { sendResetMail } from "./mail.ts";
import { accountOfLink, setNewPassword } from "./reset.ts";

export function passwordResetPages({
  attempts,
  db,
  events,
  log,
  mailer,
  makeLimit,
  passwords,
  settings,
  signIn,
}: Core) {
  const bySource = makeLimit("reset-mail-source", policy.limits.resetMailBySource);
  const byAddress = makeLimit("reset-mail-address", policy.limits.resetMailByAddress);

  function showForgotPassword(_req: Request, res: Response): void {
    showForgot(res, emptyForm);
  }

  async function sendResetLink(req: Request, res: Response): Promise<void> {
    const form = readForm(forgotPasswordForm, req);
    if (!form.ok) return showForgot(res.status(422), form.state);
    const { email } = form.value;

    await bySource.count(sourceOf(req).network);
    await byAddress.count(canonicalEmail(email));
    await sendResetMail(mailer, db, email);
    setFlash(req, {
      text: "If there is an account for",
      address: email,
      more: ", we have sent a link to reset its password. It works for 1 hour. Nothing after a few minutes? Check your spam folder, or send it again.",
    });
    res.redirect(303, "/forgot-password");
  }

  async function openResetLink(req: Request, res: Response): Promise<void> {
    const tokenHash = tokenHashOf(String(req.params.token));
    if (!tokenHash || !(await accountOfLink(db, tokenHash))) throw spentLink();
    // A session that somebody planted in this browser must not come to hold the right to a reset.
    if (!req.user) await restartSession(req);
    req.session.resetTokenHash = tokenHash;
    res.redirect(303, "/reset-password");
  }

  async function showResetPassword(req: Request, res: Response): Promise<void> {
    const user = await accountOfLink(db, req.session.resetTokenHash);
    if (!user) throw spentLink();
    showReset(res, user, emptyForm);
  }

  async function resetPassword(req: Request, res: Response): Promise<void> {
    const tokenHash = req.session.resetTokenHash;
    const user = await accountOfLink(db, tokenHash);
    if (!user || !tokenHash) throw spentLink();
    const form = readForm(resetPasswordForm, req);
    if (!form.ok) return showReset(res.status(422), user, form.state);
    const { password } = form.value;
    const refusal = passwords.refusal(password, [user.first_name, user.last_name, user.email]);
    if (refusal) return showReset(res.status(422), user, withError(form.state, "password", refusal));

    const source = sourceOf(req);
    const done = await setNewPassword(db, tokenHash, await passwords.hash(password), (trx, { id }) =>
      events.record(trx, { event: "password-reset", outcome: "success", userId: id, source }),
    );
    if (!done) throw spentLink();
    await evenIfItFails(log, () => attempts.forgive(user.email, source));
    await evenIfItFails(log, () => signIn.end(req));
    setFlash(req, { text: "Your password is changed. Log in with the new one." });
    res.redirect(303, "/login");
  }

  function showForgot(res: Response, form: FormState): void {
    res.render("password-reset/forgot-password", { form });
  }

  function showReset(res: Response, user: UserRow, form: FormState): void {
    res.render("password-reset/reset-password", {
      form,
      email: user.email,
      passwordMinLength: settings.passwordMinLength,
    });
  }

  return { showForgotPassword, sendResetLink, openResetLink, showResetPassword, resetPassword };
}

function spentLink(): HttpError {
  return new HttpError(410, {
    message: "Reset links work for an hour, and once, and only the newest one works.",
    links: [{ label: "Send a new link", href: "/forgot-password" }],
  });
}
