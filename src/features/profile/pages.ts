// The profile page.

import type { Request, Response } from "express";
import { changeNames } from "../../accounts/users.ts";
import type { Core } from "../../core.ts";
import { inTransaction } from "../../database/transaction.ts";
import { currentUser } from "../../sign-in/access.ts";
import { setFlash } from "../../web/flash.ts";
import { type FormState, readForm } from "../../web/forms.ts";
import { sourceOf } from "../../web/source.ts";
import { profileForm } from "./forms.ts";

export function profilePages({ accountLinks, db, events }: Core) {
  function showProfile(req: Request, res: Response): void {
    const { firstName, lastName } = currentUser(req);
    show(req, res, { values: { firstName, lastName }, errors: [] });
  }

  async function saveProfile(req: Request, res: Response): Promise<void> {
    const form = readForm(profileForm, req);
    if (!form.ok) return show(req, res.status(422), form.state);
    const userId = currentUser(req).id;
    await inTransaction(db, async (trx) => {
      await changeNames(trx, userId, form.value);
      await events.record(trx, {
        event: "profile-changed",
        outcome: "success",
        userId,
        source: sourceOf(req),
      });
    });
    setFlash(req, { text: "Your profile is saved." });
    res.redirect(303, "/profile");
  }

  function show(req: Request, res: Response, form: FormState): void {
    res.render("profile/profile", { form, email: currentUser(req).email, accountLinks });
  }

  return { showProfile, saveProfile };
}
