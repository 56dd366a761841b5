// The registration page.
import type { Request, Response } from "express";
import { policy } from "../../../config/policy.ts";
import { canonicalEmail } from "../../accounts/email-address.ts";
import type { Core } from "../../core.ts";
import { setFlash } from "../../web/flash.ts";
import { emptyForm, type FormState, readForm, withError } from "../../web/forms.ts";
import { sourceOf } from "../../web/source.ts";
import { registerForm } from "./forms.ts";
import { registerAccount } from "./registration.ts";

export function registerPages(core: Core) {
  const bySource = core.makeLimit("register-source", policy.limits.registerBySource);
  const byAddress = core.makeLimit("register-address", policy.limits.registerByAddress);

  function showRegister(_req: Request, res: Response): void {
    show(res, emptyForm);
  }

  async function register(req: Request, res: Response): Promise<void> {
    const form = readForm(registerForm(core.settings.passwordMinLength), req);
    if (!form.ok) return show(res.status(422), form.state);
    const { password, ...person } = form.value;
    const { firstName, lastName, email } = person;

    const source = sourceOf(req);
    await bySource.count(source.network);
    const refusal = core.passwords.refusal(password, [firstName, lastName, email]);
    if (refusal) return show(res.status(422), withError(form.state, "password", refusal));
    await byAddress.count(canonicalEmail(email));

    const passwordHash = await core.passwords.hash(password);
    await registerAccount(core, { ...person, passwordHash }, source);
    core.registration.remember(req, { email, passwordHash });
    setFlash(req, {
      text: "Check your email. We have sent a message to",
      address: email,
      more: core.registration.message,
    });
    res.redirect(303, "/login");
  }

  function show(res: Response, form: FormState): void {
    res.render("register/register", { form, passwordMinLength: core.settings.passwordMinLength });
  }

  return { showRegister, register };
}
