// The two mails of a change: a link for the new address, and word, with the way back, for the old one.
import { policy } from "../../../config/policy.ts";
import { canonicalEmail } from "../../accounts/email-address.ts";
import { createToken } from "../../accounts/tokens.ts";
import { findUserByEmail, findUserById } from "../../accounts/users.ts";
import type { Core } from "../../core.ts";
import { describeBrowser } from "../../web/browser.ts";
import { inUtc } from "../../web/dates.ts";
import { CONFIRM_PURPOSE, pendingEmail } from "./change.ts";
import { createUndo, isKeptForItsOwner } from "./undo.ts";

export const CONFIRM_MAIL = "confirm-email";
export const UNDO_MAIL = "undo-email-change";

export function describeEmailChangeMails({ mailer, settings: { appName, baseUrl } }: Core): void {
  mailer.compose(CONFIRM_MAIL, async (trx, { userId, newEmail }) => {
    const user = await findUserById(trx, String(userId));
    // They may have asked for another address since.
    if (!user || typeof newEmail !== "string" || newEmail !== (await pendingEmail(trx, user.id))) return null;
    const owner = await findUserByEmail(trx, newEmail);
    if (owner) {
      return {
        to: owner.email,
        subject: `Your address was entered at ${appName}`,
        paragraphs: [
          `Somebody wanted to use this email address for their ${appName} account. You have an account with it, so nothing was changed.`,
        ],
      };
    }
    const hours = policy.confirmEmailLinkLifetimeHours;
    const address = canonicalEmail(newEmail);
    if (await isKeptForItsOwner(trx, address, user.id)) return null;
    const token = await createToken(trx, {
      purpose: CONFIRM_PURPOSE,
      userId: user.id,
      address,
      lifetimeMinutes: hours * 60,
    });
    return {
      to: newEmail,
      subject: `Confirm your new email address for ${appName}`,
      paragraphs: [
        `The owner of the ${appName} account ${user.email} wants to use this email address for it from now on.`,
        "Confirm it only if that account is yours.",
      ],
      link: { label: "Confirm the new address", url: `${baseUrl}/confirm-email/${token}` },
      closing: [
        `The link works for ${hours} hours, and once.`,
        "If it was not you, ignore this mail: nothing is changed.",
      ],
    };
  });

  mailer.compose(UNDO_MAIL, async (trx, { userId, oldEmail, requestedAt, ip, userAgent }) => {
    const user = await findUserById(trx, String(userId));
    if (!user) return null;
    const token = await createUndo(trx, {
      userId: user.id,
      oldEmail: String(oldEmail),
      requestedAt: Number(requestedAt),
    });
    return {
      to: String(oldEmail),
      subject: `The email address of your ${appName} account is being changed`,
      paragraphs: [
        `On ${inUtc(Number(requestedAt))}, somebody, probably you, asked to replace this email address of your ${appName} account by another one.`,
        `It was done with ${describeBrowser(String(userAgent))}, from the address ${ip}. If that was you, there is nothing to do.`,
        "If it was not you, somebody else is in your account. This link puts everything back and ends every login:",
      ],
      link: { label: "It was not me: undo it", url: `${baseUrl}/undo-email-change/${token}` },
      closing: [`The link works for ${policy.undoEmailChangeLifetimeDays} days, also after the change.`],
    };
  });
}
