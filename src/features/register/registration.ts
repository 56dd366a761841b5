// What happens when somebody registers: the same work, answer and number of mails, whether or not the address is taken.

import { canonicalEmail } from "../../accounts/email-address.ts";
import { endLogins } from "../../accounts/sessions.ts";
import { deleteTokens } from "../../accounts/tokens.ts";
import { createUser, findUserByEmail, type NewUser, overwriteUser } from "../../accounts/users.ts";
import type { Core } from "../../core.ts";
import type { Db } from "../../database/open.ts";
import { inTransaction } from "../../database/transaction.ts";
import type { Source } from "../../web/source.ts";
import { ACCOUNT_EXISTS } from "./mail.ts";

/** Only the mail tells the outcomes apart, and only the owner of the address reads it. */
export async function registerAccount(core: Core, person: NewUser, source: Source): Promise<void> {
  const { db, events, mailer, registration } = core;
  const address = canonicalEmail(person.email);
  await inTransaction(db, async (trx) => {
    const userId = (await isReserved(core, trx, address)) ? null : await createOrTakeOver(core, trx, person);
    const owner = userId ?? (await findUserByEmail(trx, address))?.id ?? null;
    const outcome = userId ? "success" : "failure";
    await events.record(trx, { event: "register", outcome, userId: owner, source });
    await mailer.send(trx, userId ? registration.mail : ACCOUNT_EXISTS, { email: address }, { address });
  });
}

/** The account's id, or null when it belongs to somebody. */
async function createOrTakeOver({ registration }: Core, trx: Db, person: NewUser): Promise<string | null> {
  const created = await createUser(trx, person);
  if (created) return created;
  const existing = await findUserByEmail(trx, person.email);
  if (!existing || !(await registration.isUnproven(trx, existing))) return null;
  await overwriteUser(trx, existing.id, person);
  await deleteTokens(trx, existing.id);
  await endLogins(trx, existing.id);
  return existing.id;
}

async function isReserved({ registration }: Core, trx: Db, address: string): Promise<boolean> {
  for (const isReservedBy of registration.reservations) if (await isReservedBy(trx, address)) return true;
  return false;
}
