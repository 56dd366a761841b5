// What lies in the database files, read past the program.
import { join } from "node:path";
import BetterSqlite from "better-sqlite3";

type Row = Record<string, unknown>;

export function rowsOf(folder: string, file: "users.db" | "sessions.db", query: string): Row[] {
  const database = new BetterSqlite(join(folder, file));
  try {
    return database.prepare(query).all() as Row[];
  } finally {
    database.close();
  }
}

/** What SQLite itself finds wrong with both files: nothing. */
export function damageIn(folder: string): Row[] {
  return (["users.db", "sessions.db"] as const).flatMap((file) => [
    ...rowsOf(folder, file, "PRAGMA integrity_check").filter(
      ({ integrity_check }) => integrity_check !== "ok",
    ),
    ...rowsOf(folder, file, "PRAGMA foreign_key_check"),
  ]);
}

/** Accounts without the mail that greets them, mails to nobody, and accounts whose beginning the log does not tell. */
export function halvesIn(folder: string): Row[] {
  return [
    "SELECT email FROM users WHERE email_canonical NOT IN (SELECT address FROM mails WHERE address IS NOT NULL)",
    "SELECT address FROM mails WHERE address NOT IN (SELECT email_canonical FROM users)",
    // Nothing is written there when the feature was taken out.
    `SELECT email FROM users WHERE EXISTS (SELECT 1 FROM security_events)
     AND id NOT IN (SELECT user_id FROM security_events WHERE event = 'register' AND user_id IS NOT NULL)`,
  ].flatMap((query) => rowsOf(folder, "users.db", query));
}
