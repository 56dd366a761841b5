// The mail of a notice: what, when, from which browser, and where to go if it was not you. Never a secret.
import { findUserById } from "../../accounts/users.ts";
import type { Core } from "../../core.ts";
import { describeBrowser } from "../../web/browser.ts";
import { inUtc } from "../../web/dates.ts";
import { wordsFor } from "./words.ts";

export const NOTICE = "notice";

export function describeNotices({ mailer, settings: { appName, baseUrl } }: Core): void {
  mailer.compose(NOTICE, async (trx, { event, userId, to, at, ip, userAgent }) => {
    const words = wordsFor(String(event));
    const recipient = to === null ? (await findUserById(trx, String(userId)))?.email : String(to);
    if (!words || !recipient) return null;
    const isGone = event === "account-deleted";
    return {
      to: recipient,
      subject: `${words.subject} – ${appName}`,
      paragraphs: [
        `On ${inUtc(Number(at))}, ${words.happened}.`,
        `It was done with ${describeBrowser(String(userAgent))}, from the address ${ip}.`,
        "If that was you, there is nothing to do.",
      ],
      closing: [
        isGone
          ? `If it was not you, tell us: ${baseUrl}`
          : `If it was not you, choose a new password at once: ${baseUrl}/forgot-password`,
      ],
    };
  });
}
