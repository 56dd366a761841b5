// The login page. Read logIn downhill: the form, the count, the check, the door.
import type { Request, Response } from "express";
import { findUserByEmail } from "../../accounts/users.ts";
import type { Core } from "../../core.ts";
import { inQuickTransaction } from "../../database/transaction.ts";
import { authenticateWith } from "../../sign-in/passport.ts";
import { halfLoginEmail } from "../../sign-in/steps.ts";
import { type FormState, readForm, withError } from "../../web/forms.ts";
import { safePath } from "../../web/redirects.ts";
import { sourceOf } from "../../web/source.ts";
import { loginForm } from "./forms.ts";

export function loginPages({ attempts, db, events, passport, signIn }: Core) {
  function showLogin(req: Request, res: Response): void {
    // Whoever has just registered need not type the address again (WCAG 2.2, 3.3.7).
    show(res, {
      values: { email: halfLoginEmail(req) ?? "", next: safePath(req.query.next) ?? "" },
      errors: [],
    });
  }

  async function logIn(req: Request, res: Response): Promise<void> {
    const form = readForm(loginForm, req);
    if (!form.ok) return show(res.status(422), form.state);
    const { email, password, rememberMe, next } = form.value;

    const source = sourceOf(req);
    const user = await attempts.check(email, source, () =>
      authenticateWith(passport, "local", req, res, { email, password }),
    );
    const path =
      user && (await signIn.begin(req, { user, method: "password", remembered: rememberMe, next }));

    if (!path) {
      // Both an unknown and a known address are looked up and written down, so that both take as long.
      const account = await findUserByEmail(db, email);
      const failure = { event: "login", outcome: "failure", userId: account?.id ?? null, source } as const;
      await inQuickTransaction(db, (trx) => events.record(trx, failure));
      return show(
        res.status(422),
        withError(form.state, "email", "Email address or password is not correct"),
      );
    }
    res.redirect(303, path);
  }

  return { showLogin, logIn };
}

function show(res: Response, form: FormState): void {
  res.render("login/login", { form });
}
