// Changing the address: the new one confirms, the old one is told and can undo it.
import type { Feature } from "../../core.ts";
import { requireRecentAuth } from "../../sign-in/access.ts";
import { cancelChange, purgeChanges } from "./change.ts";
import { describeEmailChangeMails } from "./mail.ts";
import { changeEmailPages } from "./pages.ts";
import { isKeptForItsOwner, purgeUndos } from "./undo.ts";

export const changeEmail: Feature = (core) => {
  describeEmailChangeMails(core);
  const pages = changeEmailPages(core);
  core.pages.get("/change-email", requireRecentAuth, pages.showChangeEmail);
  core.pages.post("/change-email", requireRecentAuth, pages.requestEmailChange);
  core.publicPages.get("/confirm-email/:token", pages.showConfirmLink);
  core.publicPages.post("/confirm-email/:token", pages.confirmEmailChange);
  core.publicPages.get("/undo-email-change/:token", pages.showUndoLink);
  core.publicPages.post("/undo-email-change/:token", pages.undoEmailChange);

  // Whoever asked for the change may be the one whom the new password is meant to shut out.
  core.events.subscribe(async (trx, { event, outcome, userId }) => {
    const isNewPassword = event === "password-changed" || event === "password-reset";
    if (isNewPassword && outcome === "success" && userId) await cancelChange(trx, userId);
  });
  core.registration.reservations.push(isKeptForItsOwner);
  core.purges.push(purgeUndos, purgeChanges);
  core.accountLinks.push({
    href: "/change-email",
    label: "Change email address",
    description: "The new one has to confirm it first.",
  });
};
