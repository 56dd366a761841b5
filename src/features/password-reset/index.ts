// Forgot password: a link by mail, and the page it leads to.
import type { Feature } from "../../core.ts";
import { describeResetMail, sendResetMail } from "./mail.ts";
import { passwordResetPages } from "./pages.ts";

declare module "express-session" {
  interface SessionData {
    /** The hash of the token in the link that was opened: proof for the form, useless to whoever reads the session file. */
    resetTokenHash?: string;
  }
}

export const passwordReset: Feature = (core) => {
  describeResetMail(core);
  const { showForgotPassword, sendResetLink, openResetLink, showResetPassword, resetPassword } =
    passwordResetPages(core);
  // An address that was changed by somebody else and is back: its owner chooses a new password.
  core.events.subscribe(async (trx, { event, detail }) => {
    if (event === "email-change-undone" && detail?.oldEmail)
      await sendResetMail(core.mailer, trx, detail.oldEmail);
  });
  core.publicPages.get("/forgot-password", showForgotPassword);
  core.publicPages.post("/forgot-password", sendResetLink);
  core.publicPages.get("/reset-password/:token", openResetLink);
  core.publicPages.get("/reset-password", showResetPassword);
  core.publicPages.post("/reset-password", resetPassword);
};
