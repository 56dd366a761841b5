// The tables of the users' database. Ids are text made by us, times are milliseconds since 1970, flags are 0 or 1.
// An optional feature adds its own tables here from its own folder, by `declare module "../../database/schema.ts"`.

export interface UsersTable {
  id: string;
  first_name: string;
  last_name: string;
  /** As the person typed it; mail goes here. */
  email: string;
  /** What makes two spellings the same address (accounts/email-address.ts); unique. */
  email_canonical: string;
  password_hash: string;
  created_at: number;
  updated_at: number;
}

export interface TokensTable {
  /** SHA-256 of the token; the token itself exists only in the mail. */
  token_hash: string;
  purpose: string;
  user_id: string;
  /** The canonical address the token was mailed to: a token dies when the account's address changes. */
  address: string;
  created_at: number;
  expires_at: number;
}

export interface UserSessionsTable {
  id: string;
  user_id: string;
  method: string;
  remembered: number;
  ip: string;
  user_agent: string;
  created_at: number;
  last_seen_at: number;
  /** When the password was last typed in this login: what is sensitive asks again after a while. */
  confirmed_at: number;
  /** The absolute end, whatever happens. */
  expires_at: number;
}

/** Mail that waits to be written and sent; it holds no body and no token (docs/decisions.md). */
export interface MailsTable {
  id: string;
  kind: string;
  /** JSON of what the mail's composer needs; never a secret. */
  data: string;
  /** Whose it is, by account or by address: it is dropped when that account is deleted. */
  user_id: string | null;
  address: string | null;
  attempts: number;
  next_attempt_at: number;
  claimed_until: number;
  dead: number;
  created_at: number;
}

/** What the development transport "sent", for /dev/mailbox. Always empty in production. */
export interface OutboxTable {
  id: string;
  recipient: string;
  subject: string;
  text: string;
  html: string;
  sent_at: number;
}

export interface Schema {
  users: UsersTable;
  tokens: TokensTable;
  user_sessions: UserSessionsTable;
  mails: MailsTable;
  outbox: OutboxTable;
}
