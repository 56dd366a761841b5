// The pages of a verification, and the step it puts before a login.

import type { Request, Response } from "express";
import { policy } from "../../../config/policy.ts";
import { canonicalEmail } from "../../accounts/email-address.ts";
import { accountOfToken, consumeToken, findToken, tokenHashOf } from "../../accounts/tokens.ts";
import { isUnchanged, type UserRow } from "../../accounts/users.ts";
import type { Core } from "../../core.ts";
import { inTransaction } from "../../database/transaction.ts";
import { halfLoginEmail, isHalfLoginOf, rememberHalfLogin } from "../../sign-in/steps.ts";
import { HttpError } from "../../web/errors.ts";
import { setFlash } from "../../web/flash.ts";
import { type FormState, readForm } from "../../web/forms.ts";
import { sourceOf } from "../../web/source.ts";
import { verificationMailForm } from "./forms.ts";
import { VERIFICATION_MAIL, VERIFICATION_PURPOSE } from "./mail.ts";
import { isVerified, markVerified } from "./verification.ts";

declare module "express-session" {
  interface SessionData {
    /** This browser has opened the link that was mailed to this address of this account. */
    openedLink?: { userId: string; address: string };
  }
}

export function verificationPages({ db, events, mailer, makeLimit, settings }: Core) {
  const bySource = makeLimit("verification-mail-source", policy.limits.verificationMailBySource);
  const byAddress = makeLimit("verification-mail-address", policy.limits.verificationMailByAddress);

  function showVerifyEmail(req: Request, res: Response): void {
    const email = halfLoginEmail(req) ?? "";
    show(req, res, { values: { email }, errors: [] });
  }

  async function sendVerificationMail(req: Request, res: Response): Promise<void> {
    const form = readForm(verificationMailForm, req);
    if (!form.ok) return show(req, res.status(422), form.state);
    const { email } = form.value;
    const address = canonicalEmail(email);

    await bySource.count(sourceOf(req).network);
    await byAddress.count(address);
    await mailer.send(db, VERIFICATION_MAIL, { email: address }, { address });
    setFlash(req, {
      text: "If there is an account to confirm for",
      address: email,
      more: `, we have sent a link. It works for ${policy.verificationLinkLifetimeHours} hours. Nothing after a few minutes? Check your spam folder.`,
    });
    res.redirect(303, "/verify-email");
  }

  async function showVerificationLink(req: Request, res: Response): Promise<void> {
    const tokenHash = hashInPath(req);
    const user = await accountOfToken(db, await findToken(db, VERIFICATION_PURPOSE, tokenHash));
    if (!user) throw spentLink();
    res.render("email-verification/verification-link", { email: user.email, action: req.originalUrl });
  }

  async function verifyEmail(req: Request, res: Response): Promise<void> {
    const tokenHash = hashInPath(req);
    const user = await inTransaction(db, async (trx) => {
      const owner = await accountOfToken(trx, await consumeToken(trx, VERIFICATION_PURPOSE, tokenHash));
      if (owner && knowsPassword(req, owner)) await verify(trx, owner, req);
      return owner;
    });
    if (!user) throw spentLink();
    if (knowsPassword(req, user)) {
      setFlash(req, { text: "Your email address is confirmed. Log in to continue." });
    } else {
      rememberOpenedLink(req, user);
      setFlash(req, {
        text: "Almost done: log in here, in this browser, to confirm your address. Don't know the password? Choose a new one.",
      });
    }
    res.redirect(303, "/login");
  }

  /** The login step. A browser that opened the link and now has the right password too has shown both. */
  async function isNeeded(req: Request, user: UserRow): Promise<boolean> {
    if (await isVerified(db, user)) return false;
    if (!hasOpenedLink(req, user)) return settings.requireEmailVerification;
    await inTransaction(db, async (trx) => {
      // Somebody may register the address again while we check: then this password proves nothing, and the login fails.
      if (await isUnchanged(trx, user)) await verify(trx, user, req);
    });
    return false;
  }

  async function verify(trx: typeof db, user: UserRow, req: Request): Promise<void> {
    await markVerified(trx, user.id);
    await events.record(trx, {
      event: "email-verified",
      outcome: "success",
      userId: user.id,
      source: sourceOf(req),
    });
  }

  function show(req: Request, res: Response, form: FormState): void {
    res.render("email-verification/verify-email", { form, waiting: halfLoginEmail(req) !== null });
  }

  return {
    showVerifyEmail,
    sendVerificationMail,
    showVerificationLink,
    verifyEmail,
    isNeeded,
    rememberRegistration: rememberHalfLogin,
  };
}

/** No token at all is as good as a spent one. */
function hashInPath(req: Request): string {
  const tokenHash = tokenHashOf(String(req.params.token));
  if (!tokenHash) throw spentLink();
  return tokenHash;
}

function spentLink(): HttpError {
  return new HttpError(410, {
    message: "These links work for a day, and once, and only the newest one works.",
    links: [{ label: "Send a new link", href: "/verify-email" }],
  });
}

function rememberOpenedLink(req: Request, user: UserRow): void {
  req.session.openedLink = { userId: user.id, address: user.email_canonical };
}

function hasOpenedLink(req: Request, user: UserRow): boolean {
  const { userId, address } = req.session.openedLink ?? {};
  return userId === user.id && address === user.email_canonical;
}

/** Registered here, showed the right password here, or is logged in here. */
function knowsPassword(req: Request, user: UserRow): boolean {
  return req.user?.id === user.id || isHalfLoginOf(req, user);
}
