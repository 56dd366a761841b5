// Development only: the mails that were "sent", with links that work. Elsewhere these addresses do not exist.
import type { Feature } from "../../core.ts";
import { mailboxPages } from "./pages.ts";

export const devMailbox: Feature = (core) => {
  const { mode, mail } = core.settings;
  if (mode !== "development" || mail.transport !== "outbox") return;
  const { showMailbox, showMail, showMailHtml } = mailboxPages(core);
  core.site.mailbox = "/dev/mailbox";
  core.publicPages.get("/dev/mailbox", showMailbox);
  core.publicPages.get("/dev/mailbox/:id", showMail);
  core.publicPages.get("/dev/mailbox/:id/html", showMailHtml);
};
