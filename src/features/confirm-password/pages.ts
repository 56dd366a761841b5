// The page that asks for the password again; throttled with the login, because it can be guessed at just the same.
import type { Request, Response } from "express";
import { checkCredentials } from "../../accounts/credentials.ts";
import { confirmLogin } from "../../accounts/sessions.ts";
import type { Core } from "../../core.ts";
import { currentUser } from "../../sign-in/access.ts";
import { type FormState, readForm, withError } from "../../web/forms.ts";
import { safePath } from "../../web/redirects.ts";
import { sourceOf } from "../../web/source.ts";
import { confirmPasswordForm } from "./forms.ts";

export function confirmPasswordPages({ attempts, db, events, passwords, signIn }: Core) {
  function showConfirmPassword(req: Request, res: Response): void {
    show(req, res, { values: { next: safePath(req.query.next) ?? "" }, errors: [] });
  }

  async function confirmPassword(req: Request, res: Response): Promise<void> {
    const form = readForm(confirmPasswordForm, req);
    if (!form.ok) return show(req, res.status(422), form.state);
    const { id, email, login } = currentUser(req);

    const source = sourceOf(req);
    const { password } = form.value;
    const user = await attempts.check(email, source, () => checkCredentials(db, passwords, email, password));
    const confirmed = user?.id === id;
    await events.record(db, {
      event: "password-confirmed",
      outcome: confirmed ? "success" : "failure",
      userId: id,
      source,
    });
    if (!confirmed)
      return show(req, res.status(422), withError(form.state, "password", "Your password is not correct"));
    await confirmLogin(db, login.id);
    await signIn.renew(req);
    res.redirect(303, safePath(form.value.next) ?? "/");
  }

  return { showConfirmPassword, confirmPassword };
}

function show(req: Request, res: Response, form: FormState): void {
  res.render("confirm-password/confirm-password", { form, email: currentUser(req).email });
}
