// What each notice says. An event that is not listed here is no mail.

interface Words {
  subject: string;
  /** Follows "On 23 November 2026, 12:30 UTC, ". */
  happened: string;
}

const WORDS: Record<string, Words> = {
  "password-changed": {
    subject: "Your password was changed",
    happened: "the password of your account was changed",
  },
  "password-reset": {
    subject: "Your password was changed",
    happened: "the password of your account was changed with a link from a mail to you",
  },
  "email-verified": {
    subject: "Your email address is confirmed",
    happened: "this email address was confirmed for your account",
  },
  "email-changed": {
    subject: "Your email address was changed",
    happened: "the email address of your account was changed to another one",
  },
  "email-change-undone": {
    subject: "Your email address was put back",
    happened: "a change of your account's email address was undone, and every login was ended",
  },
  "account-deleted": {
    subject: "Your account was deleted",
    happened: "your account and everything in it was deleted",
  },
  login: {
    subject: "New login to your account",
    happened: "your account was logged into from a browser we had not seen before",
  },
};

export function isWorthAMail(event: string): boolean {
  return event in WORDS;
}

export function wordsFor(event: string): Words | null {
  return WORDS[event] ?? null;
}
