// What a mail says, and how that becomes a text part and an HTML part that always carry the same words and the same link.
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import ejs from "ejs";

/** No text in it comes from a visitor: a stranger could register somebody's address with a "name" that sells something. */
export interface Mail {
  /** A stored address, never one that was just typed. */
  to: string;
  subject: string;
  paragraphs: string[];
  link?: { label: string; url: string };
  /** Said after the link. */
  closing?: string[];
}

/** What a transport is given to deliver. */
export interface Message {
  id: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}

export interface Letterhead {
  appName: string;
  baseUrl: string;
  viewsFolder: string;
}

/** Rejects only when the template is broken. */
export async function writeMessage(
  mail: Mail,
  { appName, baseUrl, viewsFolder }: Letterhead,
): Promise<Message> {
  const { to, subject, paragraphs, link, closing = [] } = mail;
  const parts = [
    ...paragraphs,
    ...(link ? [`${link.label}:\n${link.url}`] : []),
    ...closing,
    `${appName}\n${baseUrl}`,
  ];
  const html = await ejs.renderFile(join(viewsFolder, "mail/message.ejs"), {
    subject,
    paragraphs,
    link,
    closing,
    appName,
    baseUrl,
  });
  return { id: randomUUID(), to, subject, text: `${parts.join("\n\n")}\n`, html };
}
