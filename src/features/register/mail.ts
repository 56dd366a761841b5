// What is mailed to an address that was used to register.
import { findUserByEmail } from "../../accounts/users.ts";
import type { Core } from "../../core.ts";

const WELCOME = "welcome";
export const ACCOUNT_EXISTS = "account-exists";

export function describeRegistrationMails({ mailer, settings: { appName, baseUrl } }: Core): void {
  mailer.compose(WELCOME, async (trx, { email }) => {
    const user = await findUserByEmail(trx, String(email));
    return (
      user && {
        to: user.email,
        subject: `Welcome to ${appName}`,
        paragraphs: [`An account at ${appName} was opened with this email address.`],
        link: { label: "Log in", url: `${baseUrl}/login` },
        closing: [
          "If that was not you, use “Forgot password?” on the login page: the account is then yours alone.",
        ],
      }
    );
  });

  mailer.compose(ACCOUNT_EXISTS, async (trx, { email }) => {
    const user = await findUserByEmail(trx, String(email));
    return (
      user && {
        to: user.email,
        subject: `You already have an account at ${appName}`,
        paragraphs: [
          `Somebody, probably you, tried to open an account at ${appName} with this email address. You already have one, so nothing was changed.`,
        ],
        link: { label: "Log in", url: `${baseUrl}/login` },
        closing: [`If you don't remember your password, reset it: ${baseUrl}/forgot-password`],
      }
    );
  });
}
