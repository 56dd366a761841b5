// The pages of the development mailbox; a script that asks for JSON gets JSON.
import type { Request, Response } from "express";
import { z } from "zod";
import type { Core } from "../../core.ts";
import { HttpError } from "../../web/errors.ts";

export function mailboxPages({ db, mailer, settings }: Core) {
  async function showMailbox(req: Request, res: Response): Promise<void> {
    await mailer.deliverDue();
    const mails = await db.selectFrom("outbox").selectAll().orderBy("sent_at", "desc").execute();
    if (!req.accepts("html")) return void res.json(mails);
    res.render("dev-mailbox/mailbox", {
      mails: mails.map((mail) => ({ ...mail, sentAt: new Date(mail.sent_at).toISOString() })),
    });
  }

  async function showMail(req: Request, res: Response): Promise<void> {
    const mail = await findMail(req);
    if (!req.accepts("html")) return void res.json(mail);
    const headers = {
      From: `${settings.mail.from.name} <${settings.mail.from.address}>`,
      To: mail.recipient,
      Subject: mail.subject,
      Date: new Date(mail.sent_at).toISOString(),
      "Message-ID": mail.id,
    };
    // Every second piece is a link, because split keeps what its parentheses match.
    res.render("dev-mailbox/mail", { mail, headers, pieces: mail.text.split(/(https?:\/\/\S+)/) });
  }

  /** The HTML part as a mail program would show it: its own styles, no script. */
  async function showMailHtml(req: Request, res: Response): Promise<void> {
    const mail = await findMail(req);
    res.set(
      "Content-Security-Policy",
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'",
    );
    res.set("X-Frame-Options", "SAMEORIGIN");
    res.type("html").send(mail.html);
  }

  async function findMail(req: Request) {
    // PostgreSQL takes no text with a NUL in it.
    const id = z.uuid().safeParse(req.params.id);
    const all = db.selectFrom("outbox").selectAll();
    const mail = id.success && (await all.where("id", "=", id.data).executeTakeFirst());
    if (!mail) throw new HttpError(404);
    return mail;
  }

  return { showMailbox, showMail, showMailHtml };
}
