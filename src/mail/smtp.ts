// Any SMTP server, by nodemailer.
import { createTransport } from "nodemailer";
import { isLoopback } from "../../config/urls.ts";
import type { MailSettings, Transport } from "./transport.ts";

/** With `requireTls` a server elsewhere that offers no encryption is refused rather than trusted with reset links. */
export function smtpTransport(
  { from, smtpUrl }: MailSettings,
  { requireTls, timeoutMs }: { requireTls: boolean; timeoutMs: number },
): Transport {
  const url = new URL(smtpUrl);
  const secure = url.protocol === "smtps:";
  const onThisMachine = isLoopback(url.hostname);
  const mailer = createTransport({
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    requireTLS: requireTls && !secure && !onThisMachine,
    // A relay on this machine often offers TLS with a certificate of its own making; nobody listens in between.
    ignoreTLS: onThisMachine && !secure,
    ...(url.username && {
      auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });

  return {
    deliver: async ({ id, to, subject, text, html }) => {
      const messageId = `<${id}@${from.address.split("@")[1]}>`;
      await mailer.sendMail({ from, to: { name: "", address: to }, subject, text, html, messageId });
    },
  };
}
