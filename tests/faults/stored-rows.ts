// What lies in the database, read past the program.
import { join } from "node:path";
import BetterSqlite from "better-sqlite3";
import pg from "pg";
import { databaseUrlIn, postgresServer } from "../support/storage.ts";

type Row = Record<string, unknown>;

/** The rows of a query to the accounts of the installation in `folder`. */
export async function rowsOf(folder: string, query: string): Promise<Row[]> {
  if (!postgresServer) return rowsOfFile(folder, "users.db", query);
  const client = new pg.Client({ connectionString: await databaseUrlIn(folder) });
  await client.connect();
  try {
    return (await client.query(query)).rows;
  } finally {
    await client.end();
  }
}

function rowsOfFile(folder: string, file: string, query: string): Row[] {
  const database = new BetterSqlite(join(folder, file));
  try {
    return database.prepare(query).all() as Row[];
  } finally {
    database.close();
  }
}

/** What SQLite itself finds wrong with both files: nothing. PostgreSQL was not killed, and keeps its own house. */
export function damageIn(folder: string): Row[] {
  if (postgresServer) return [];
  return ["users.db", "sessions.db"].flatMap((file) => [
    ...rowsOfFile(folder, file, "PRAGMA integrity_check").filter(
      ({ integrity_check }) => integrity_check !== "ok",
    ),
    ...rowsOfFile(folder, file, "PRAGMA foreign_key_check"),
  ]);
}

/** Accounts without the mail that greets them, mails to nobody, and accounts whose beginning the log does not tell. */
export async function halvesIn(folder: string): Promise<Row[]> {
  const queries = [
    "SELECT email FROM users WHERE email_canonical NOT IN (SELECT address FROM mails WHERE address IS NOT NULL)",
    "SELECT address FROM mails WHERE address NOT IN (SELECT email_canonical FROM users)",
    // Nothing is written there when the feature was taken out.
    `SELECT email FROM users WHERE EXISTS (SELECT 1 FROM security_events)
     AND id NOT IN (SELECT user_id FROM security_events WHERE event = 'register' AND user_id IS NOT NULL)`,
  ];
  return (await Promise.all(queries.map((query) => rowsOf(folder, query)))).flat();
}
