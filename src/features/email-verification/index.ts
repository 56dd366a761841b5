// Proving that an address is one's own, as a step between the right password and being in.
import type { Feature } from "../../core.ts";
import { describeVerificationMail, VERIFICATION_MAIL } from "./mail.ts";
import { verificationPages } from "./pages.ts";
import { isUntouched, markInUse, markVerified } from "./verification.ts";

/** After these the owner has read a mail at the account's address and acted on it. */
const PROVES_THE_ADDRESS = new Set(["password-reset", "email-changed", "email-change-undone"]);

export const emailVerification: Feature = (core) => {
  const required = core.settings.requireEmailVerification;
  describeVerificationMail(core);
  const {
    showVerifyEmail,
    sendVerificationMail,
    showVerificationLink,
    verifyEmail,
    isNeeded,
    rememberRegistration,
  } = verificationPages(core);

  core.publicPages.get("/verify-email", showVerifyEmail);
  core.publicPages.post("/verify-email", sendVerificationMail);
  core.publicPages.get("/verify-email/:token", showVerificationLink);
  core.publicPages.post("/verify-email/:token", verifyEmail);

  core.signIn.addStep({ name: "email-verification", path: "/verify-email", isNeeded });
  core.events.subscribe(async (trx, { event, outcome, userId }) => {
    if (outcome !== "success" || !userId) return;
    if (PROVES_THE_ADDRESS.has(event)) await markVerified(trx, userId);
    if (event === "login") await markInUse(trx, userId);
  });

  core.registration.mail = VERIFICATION_MAIL;
  core.registration.remember = rememberRegistration;
  if (required) {
    core.registration.message = ". Open it in this browser to confirm your address, then log in.";
    core.registration.isUnproven = isUntouched;
  }
};
