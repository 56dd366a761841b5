// Is this the right password for this address? The same work, and so the same time, whether or not the address is known.
import type { Db } from "../database/open.ts";
import type { Passwords } from "./passwords.ts";
import { findUserByEmail, findUserById, replacePasswordHash, type UserRow } from "./users.ts";

/** The user, or null for an unknown address and for a wrong password alike. Rejects when the hash queue is full. */
export async function checkCredentials(
  db: Db,
  passwords: Passwords,
  email: string,
  password: string,
): Promise<UserRow | null> {
  const user = await findUserByEmail(db, email);
  const matched = await passwords.matches(user?.password_hash ?? null, password);
  if (!user || !matched) return null;
  return passwords.needsRehash(user.password_hash) ? rehash(db, passwords, user, password) : user;
}

/** Only now, with the password at hand, can an old hash be brought to today's cost. */
async function rehash(
  db: Db,
  passwords: Passwords,
  user: UserRow,
  password: string,
): Promise<UserRow | null> {
  const newHash = await passwords.hash(password);
  const replaced = await replacePasswordHash(db, user.id, { from: user.password_hash, to: newHash });
  if (replaced) return { ...user, password_hash: newHash };
  // Another login of the same person was quicker, or the password is a new one since: look again.
  const current = await findUserById(db, user.id);
  return current && (await passwords.matches(current.password_hash, password)) ? current : null;
}
