// Sessions in SQLite: connect-sqlite3 over our one driver, better-sqlite3, which does its work at once and throws.
import type { Database as SqliteHandle } from "better-sqlite3";
import connectSqlite3 from "connect-sqlite3";
import session, { type SessionData } from "express-session";
import type { Purge } from "../database/purge.ts";
import type { SessionRows } from "./session-store.ts";

type Done = (error?: unknown, result?: unknown) => void;

export function sqliteSessions(db: SqliteHandle): SessionRows {
  const SqliteStore = connectSqlite3(session);

  /** connect-sqlite3 answers twice when it is given an error, and keeps some to itself; here each call has one answer. */
  class OneAnswerStore extends SqliteStore {
    override get(sid: string, done: (error: unknown, session?: SessionData | null) => void): void {
      const { failure, result } = outcome((answer) => super.get(sid, answer));
      done(failure, result as SessionData | null);
    }

    override set(sid: string, session: SessionData, done?: Done): void {
      done?.(outcome((answer) => super.set(sid, session, answer)).failure);
    }

    override destroy(sid: string, done?: Done): void {
      done?.(outcome((answer) => super.destroy(sid, answer)).failure);
    }
  }

  const store = new OneAnswerStore({ db: callbackDatabase(db), table: "sessions", concurrentDb: true });
  db.exec("CREATE INDEX IF NOT EXISTS sessions_expiry ON sessions (expired)");
  const purge: Purge = async (_db, limit) => {
    const expired = "SELECT sid FROM sessions WHERE expired < ? LIMIT ?";
    const { changes } = db.prepare(`DELETE FROM sessions WHERE sid IN (${expired})`).run(Date.now(), limit);
    return { numDeletedRows: BigInt(changes) };
  };
  const replace: SessionRows["replace"] = ({ key, content, endsAt }, done) => {
    const query = "UPDATE sessions SET sess = ?, expired = ? WHERE sid = ? AND expired >= ?";
    done(outcome((answer) => answer(null, db.prepare(query).run(content, endsAt, key, Date.now()))).failure);
  };
  return { store, purge, replace };
}

/** The callback interface of the sqlite3 package, as far as connect-sqlite3 uses it. Errors are thrown. */
function callbackDatabase(db: SqliteHandle) {
  const call = (work: () => unknown, done?: Done): void => {
    // Only the store's own daily clean-up waits for no answer. `purge` does its work; from a timer, where nobody would
    // catch a locked file, it would end the program.
    if (done) done(null, work());
  };
  return {
    exec: (sql: string, done?: Done) => call(() => db.exec(sql), done),
    run: (sql: string, values: unknown[], done?: Done) => call(() => db.prepare(sql).run(...values), done),
    get: (sql: string, values: unknown[], done?: Done) => call(() => db.prepare(sql).get(...values), done),
    // connect-sqlite3 sends its INSERT through all().
    all: (sql: string, values: unknown[], done?: Done) => call(() => db.prepare(sql).run(...values), done),
  };
}

/** What a call of connect-sqlite3 came to, thrown or answered: it is over when it returns. */
function outcome(call: (answer: Done) => void): { failure: unknown; result: unknown } {
  let failure: unknown = null;
  let result: unknown = null;
  try {
    call((error, found) => {
      failure = error ?? null;
      result = found ?? null;
    });
  } catch (error) {
    failure = error;
  }
  return { failure, result };
}
