// Tells the owner by mail what happened to the account, so that they notice when it was not them.
import { findUserById } from "../../accounts/users.ts";
import type { Feature } from "../../core.ts";

const NOTICE = "password-changed";
const WORTH_A_MAIL = new Set(["password-changed", "password-reset"]);

export const notices: Feature = ({ events, mailer, settings: { appName, baseUrl } }) => {
  events.subscribe(async (trx, { event, outcome, userId }) => {
    if (outcome === "success" && userId && WORTH_A_MAIL.has(event))
      await mailer.send(trx, NOTICE, { userId, at: Date.now() }, userId);
  });

  mailer.compose(NOTICE, async (trx, { userId, at }) => {
    const user = await findUserById(trx, String(userId));
    return (
      user && {
        to: user.email,
        subject: `Your ${appName} password was changed`,
        paragraphs: [
          `The password of your ${appName} account was changed on ${inUtc(Number(at))}. If that was you, there is nothing to do.`,
        ],
        closing: [`If it was not you, reset your password at once: ${baseUrl}/forgot-password`],
      }
    );
  });
};

/** "23 November 2026, 12:30 UTC" */
function inUtc(at: number): string {
  const format = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
  return `${format.format(at).replace(" at ", ", ")} UTC`;
}
