// What registering does beyond making the account; a feature that proves addresses changes it.
import type { Request } from "express";
import type { UserRow } from "../accounts/users.ts";
import type { Db } from "../database/open.ts";

export interface Registration {
  /** The kind of mail that greets a new account. */
  mail: string;
  /** Said after the address, whoever had it: "Check your email. We have sent a message to x@y…". */
  message: string;
  /** Nobody has shown yet that the account's address is theirs, so whoever registers it again takes it over. */
  isUnproven(trx: Db, user: UserRow): Promise<boolean>;
  /** What this browser has shown by registering; called alike for a taken address. */
  remember(req: Request, account: { email: string; passwordHash: string }): void;
  /** Asked for a canonical address: it is kept free for somebody. */
  reservations: ((trx: Db, address: string) => Promise<boolean>)[];
}

/** As it is when no feature asks for more: the account can be used at once. */
export function plainRegistration(): Registration {
  return {
    mail: "welcome",
    message: ". You can log in now.",
    isUnproven: async () => false,
    remember: () => {},
    reservations: [],
  };
}
