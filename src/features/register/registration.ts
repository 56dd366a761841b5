// What happens when somebody registers: the same work, answer and number of mails, whether or not the address is taken.
import { canonicalEmail } from "../../accounts/email-address.ts";
import { createUser } from "../../accounts/users.ts";
import type { Core } from "../../core.ts";
import type { Source } from "../../web/source.ts";
import { ACCOUNT_EXISTS, WELCOME } from "./mail.ts";

export interface Registration {
  firstName: string;
  lastName: string;
  email: string;
  password: string;
}

/** Only the mail tells the two outcomes apart, and only the owner of the address reads it. */
export async function registerAccount(
  { db, events, mailer, passwords }: Core,
  { password, ...person }: Registration,
  source: Source,
) {
  const passwordHash = await passwords.hash(password);
  await db.transaction().execute(async (trx) => {
    const userId = await createUser(trx, { ...person, passwordHash });
    await events.record(trx, { event: "register", outcome: userId ? "success" : "failure", userId, source });
    await mailer.send(trx, userId ? WELCOME : ACCOUNT_EXISTS, { email: canonicalEmail(person.email) });
  });
}
