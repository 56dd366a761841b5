// The mailbox of the app under test, read as a developer's script would: over HTTP, from /dev/mailbox.

export interface ReceivedMail {
  id: string;
  recipient: string;
  subject: string;
  text: string;
  html: string;
}

export class Mailbox {
  readonly #origin: string;
  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Newest first. Asking for it also lets the app send what is due. */
  async all(): Promise<ReceivedMail[]> {
    const answer = await fetch(`${this.#origin}/dev/mailbox`, { headers: { accept: "application/json" } });
    // Where mail really leaves, there is no mailbox.
    return answer.ok ? ((await answer.json()) as ReceivedMail[]) : [];
  }

  async to(address: string): Promise<ReceivedMail[]> {
    return (await this.all()).filter(({ recipient }) => recipient === address);
  }

  /** The newest mail to `address` whose subject has these words. Throws when there is none. */
  async newest(address: string, subject: RegExp): Promise<ReceivedMail> {
    const mails = await this.to(address);
    const mail = mails.find((candidate) => subject.test(candidate.subject));
    if (!mail)
      throw new Error(
        `no mail to ${address} about ${subject}; there are: ${mails.map((m) => m.subject).join(", ")}`,
      );
    return mail;
  }

  /** The path of the first link to this site in the newest such mail that begins with `prefix`. */
  async link(address: string, subject: RegExp, prefix: string): Promise<string> {
    const { text } = await this.newest(address, subject);
    const link = text.match(/https?:\/\/\S+/g)?.find((url) => new URL(url).pathname.startsWith(prefix));
    if (!link) throw new Error(`no link to ${prefix} in: ${text}`);
    return new URL(link).pathname;
  }
}
