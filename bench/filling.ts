// Database files as they are after years: members, their logins and their sessions, written straight into the tables.
import { join } from "node:path";
import BetterSqlite, { type Database as SqliteHandle } from "better-sqlite3";
import { passwordHash } from "./accounts.ts";
import { startAuthFlow } from "./server.ts";

const DAY_MS = 86_400_000;
const BROWSER =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

interface Filling {
  members: number;
  /** Logins under way, spread over the members, and as many sessions. */
  alive: number;
  /** Logins that ended long ago and wait to be deleted, and as many sessions. */
  expired: number;
}

/** Makes the tables by starting the program once, then fills them. The members are member0@example.com and so on. */
export async function fillFolder(folder: string, { members, alive, expired }: Filling): Promise<void> {
  const once = await startAuthFlow(folder);
  await once.stop();
  const now = Date.now();
  const hash = await passwordHash();
  write(join(folder, "users.db"), (db) => {
    insertMembers(db, members, hash, now);
    insertLogins(db, alive, now);
    insertLogins(db, expired, now - 40 * DAY_MS);
  });
  write(join(folder, "sessions.db"), (db) => {
    insertSessions(db, alive, now + DAY_MS);
    insertSessions(db, expired, now - DAY_MS);
  });
}

export function memberEmail(index: number): string {
  return `member${index}@example.com`;
}

function insertMembers(db: SqliteHandle, count: number, hash: string, now: number): void {
  db.prepare(
    `INSERT INTO users (id, first_name, last_name, email, email_canonical, password_hash, created_at, updated_at)
     ${numbers} SELECT lower(hex(randomblob(16))), 'Ada', 'Lovelace', 'member' || i || '@example.com',
       'member' || i || '@example.com', :hash, :now, :now FROM numbers`,
  ).run({ count, hash, now });
  db.prepare(
    "INSERT INTO email_verifications (user_id, address, verified_at) SELECT id, email_canonical, ? FROM users",
  ).run(now);
}

function insertLogins(db: SqliteHandle, count: number, at: number): void {
  db.exec("CREATE TEMP TABLE members AS SELECT id FROM users");
  const { members } = db.prepare("SELECT count(*) AS members FROM temp.members").get() as { members: number };
  db.prepare(
    `INSERT INTO user_sessions (id, user_id, method, remembered, ip, user_agent, created_at, last_seen_at,
       confirmed_at, expires_at)
     ${numbers} SELECT lower(hex(randomblob(16))), members.id, 'password', 0, '127.0.0.1', :browser, :at, :at,
       :at, :at + ${DAY_MS / 2} FROM numbers JOIN temp.members ON members.rowid = i % :members + 1`,
  ).run({ count, members, browser: BROWSER, at });
  db.exec("DROP TABLE temp.members");
}

function insertSessions(db: SqliteHandle, count: number, expires: number): void {
  const cookie =
    '{"originalMaxAge":null,"expires":null,"secure":false,"httpOnly":true,"path":"/","sameSite":"lax"}';
  db.prepare(
    `INSERT INTO sessions (sid, expired, sess)
     ${numbers} SELECT substr(hex(randomblob(22)), 1, 43), :expires,
       '{"cookie":' || :cookie || ',"passport":{"user":"' || lower(hex(randomblob(16))) || '"}}' FROM numbers`,
  ).run({ count, expires, cookie });
}

/** The rows 0 to :count - 1 of `numbers`. */
const numbers = `WITH RECURSIVE counted(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM counted WHERE i + 1 < :count),
  numbers AS (SELECT i FROM counted WHERE :count > 0)`;

/** In one transaction, and with memory enough that a million random keys find their places quickly. */
function write(path: string, insert: (db: SqliteHandle) => void): void {
  const db = new BetterSqlite(path);
  db.pragma("cache_size = -1000000");
  db.transaction(insert)(db);
  db.close();
}
