// Mailjet's send API v3.1 (https://dev.mailjet.com/email/guides/send-api-v31/), one message a call.
import Mailjet from "node-mailjet";
import type { MailSettings, Transport } from "./transport.ts";

interface SendAnswer {
  Messages?: { Status: string; Errors?: { ErrorMessage: string }[] }[];
}

/** `timeoutMs`: how long the provider may take to answer. */
export function mailjetTransport({ from, mailjet }: MailSettings, timeoutMs: number): Transport {
  const url = new URL(mailjet.url);
  // The client takes host and scheme apart, and the scheme only here: for a gateway or a test server without TLS.
  Object.assign(Mailjet.Request, { protocol: `${url.protocol}//` });
  const client = new Mailjet.Client({
    apiKey: mailjet.key,
    apiSecret: mailjet.secret,
    config: { host: (url.host + url.pathname).replace(/\/+$/, ""), version: "v3.1" },
    options: { timeout: timeoutMs },
  });

  return {
    deliver: async ({ id, to, subject, text, html }) => {
      const { body } = await client.post("send").request({
        Messages: [
          {
            From: { Email: from.address, Name: from.name },
            To: [{ Email: to }],
            Subject: subject,
            TextPart: text,
            HTMLPart: html,
            CustomID: id,
            // Tracking would send the links, and the tokens in them, through somebody else's server.
            TrackOpens: "disabled",
            TrackClicks: "disabled",
          },
        ],
      });
      const [result] = (body as SendAnswer).Messages ?? [];
      if (result?.Status !== "success")
        throw new Error(result?.Errors?.[0]?.ErrorMessage ?? "Mailjet did not accept the mail");
    },
  };
}
