// The mail with the reset link.
import { policy } from "../../../config/policy.ts";
import { canonicalEmail } from "../../accounts/email-address.ts";
import { createToken } from "../../accounts/tokens.ts";
import { findUserByEmail } from "../../accounts/users.ts";
import type { Core } from "../../core.ts";
import type { Db } from "../../database/open.ts";
import type { Mailer } from "../../mail/mailer.ts";
import { RESET_PURPOSE } from "./reset.ts";

const RESET_MAIL = "password-reset";

/** Asked for by anybody, for any address: whether it has an account is looked up later. */
export async function sendResetMail(mailer: Mailer, trx: Db, email: string): Promise<void> {
  const address = canonicalEmail(email);
  await mailer.send(trx, RESET_MAIL, { email: address }, { address });
}

export function describeResetMail({ mailer, settings: { appName, baseUrl } }: Core): void {
  mailer.compose(RESET_MAIL, async (trx, { email }) => {
    // Looked up only now, after the answer went out: an unknown address takes the visitor no less time.
    const user = await findUserByEmail(trx, String(email));
    if (!user) return null;
    const lifetimeMinutes = policy.resetLinkLifetimeMinutes;
    const token = await createToken(trx, {
      purpose: RESET_PURPOSE,
      userId: user.id,
      address: user.email_canonical,
      lifetimeMinutes,
    });
    return {
      to: user.email,
      subject: `Reset your ${appName} password`,
      paragraphs: [`Somebody, probably you, asked to reset the password of your ${appName} account.`],
      link: { label: "Choose a new password", url: `${baseUrl}/reset-password/${token}` },
      closing: [
        `The link works for ${lifetimeMinutes} minutes, and once. Only the newest link works.`,
        "If you did not ask for it, ignore this mail: your password stays as it is.",
      ],
    };
  });
}
