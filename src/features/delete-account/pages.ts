// The page that deletes an account.

import type { Request, Response } from "express";
import { canonicalEmail } from "../../accounts/email-address.ts";
import { deleteUser, findUserById } from "../../accounts/users.ts";
import type { Core } from "../../core.ts";
import { inTransaction } from "../../database/transaction.ts";
import { evenIfItFails } from "../../database/trouble.ts";
import { dropMailsTo } from "../../mail/waiting-mails.ts";
import { currentUser } from "../../sign-in/access.ts";
import { setFlash } from "../../web/flash.ts";
import { emptyForm, type FormState, readForm, withError } from "../../web/forms.ts";
import { restartSession } from "../../web/session.ts";
import { sourceOf } from "../../web/source.ts";
import { deleteAccountForm } from "./forms.ts";

export function deleteAccountPages({ db, events, log }: Core) {
  function showDeleteAccount(req: Request, res: Response): void {
    show(req, res, emptyForm);
  }

  async function deleteAccount(req: Request, res: Response): Promise<void> {
    const form = readForm(deleteAccountForm, req);
    if (!form.ok) return show(req, res.status(422), form.state);
    const { id, email } = currentUser(req);
    if (canonicalEmail(form.value.email) !== canonicalEmail(email)) {
      return show(
        req,
        res.status(422),
        withError(form.state, "email", "Enter the email address of this account"),
      );
    }

    await inTransaction(db, async (trx) => {
      // The same button, pressed twice or on two devices, is one deletion.
      if (!(await findUserById(trx, id))) return;
      await dropMailsTo(trx, canonicalEmail(email));
      const detail = { oldEmail: email };
      await events.record(trx, {
        event: "account-deleted",
        outcome: "success",
        userId: id,
        source: sourceOf(req),
        detail,
      });
      // Logins, links, waiting mails and the tables of every feature hang on the user's row and go with it.
      await deleteUser(trx, id);
    });
    await evenIfItFails(log, () => restartSession(req));
    setFlash(req, { text: "Your account is deleted." });
    res.redirect(303, "/");
  }

  return { showDeleteAccount, deleteAccount };
}

function show(req: Request, res: Response, form: FormState): void {
  res.render("delete-account/delete-account", { form, email: currentUser(req).email });
}
