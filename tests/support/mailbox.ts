// What the app under test has mailed; asking for it lets the app send what is due first.

export interface ReceivedMail {
  id: string;
  recipient: string;
  subject: string;
  text: string;
  html: string;
}

export class Mailbox {
  readonly #read: () => Promise<ReceivedMail[]>;
  /** `read` gives the mails, newest first. */
  constructor(read: () => Promise<ReceivedMail[]>) {
    this.#read = read;
  }

  /** Of a program that runs as a process of its own: read as a developer's script would, from its /dev/mailbox. */
  static at(origin: string): Mailbox {
    return new Mailbox(async () => {
      const answer = await fetch(`${origin}/dev/mailbox`, { headers: { accept: "application/json" } });
      return (await answer.json()) as ReceivedMail[];
    });
  }

  all(): Promise<ReceivedMail[]> {
    return this.#read();
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
