// The mail with the link that proves an address.
import { policy } from "../../../config/policy.ts";
import { createToken } from "../../accounts/tokens.ts";
import { findUserByEmail } from "../../accounts/users.ts";
import type { Core } from "../../core.ts";
import { isVerified } from "./verification.ts";

export const VERIFICATION_MAIL = "email-verification";
export const VERIFICATION_PURPOSE = "email-verification";

export function describeVerificationMail({ mailer, settings: { appName, baseUrl } }: Core): void {
  mailer.compose(VERIFICATION_MAIL, async (trx, { email }) => {
    const user = await findUserByEmail(trx, String(email));
    if (!user || (await isVerified(trx, user))) return null;
    const hours = policy.verificationLinkLifetimeHours;
    const address = user.email_canonical;
    const token = await createToken(trx, {
      purpose: VERIFICATION_PURPOSE,
      userId: user.id,
      address,
      lifetimeMinutes: hours * 60,
    });
    return {
      to: user.email,
      subject: `Confirm your email address for ${appName}`,
      paragraphs: [
        `Somebody, probably you, opened an account at ${appName} with this email address.`,
        "If it was you, confirm it in the browser in which you registered.",
      ],
      link: { label: "Confirm this address", url: `${baseUrl}/verify-email/${token}` },
      closing: [
        `The link works for ${hours} hours, and once. Only the newest link works.`,
        "If it was not you, ignore this mail: without it nobody can use the account.",
      ],
    };
  });
}
