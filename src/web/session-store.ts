// connect-sqlite3 over our one SQLite driver: hashed session ids, kept statements, and a row that was ended stays ended.
import { createHash } from "node:crypto";
import type { Database as SqliteHandle, Statement } from "better-sqlite3";
import connectSqlite3 from "connect-sqlite3";
import session, { type SessionData } from "express-session";
import { z } from "zod";

type Done = (error?: unknown, result?: unknown) => void;
type Loaded = (error: unknown, session?: SessionData | null) => void;

/** The callback interface of the sqlite3 package, as far as connect-sqlite3 uses it. Synchronous: errors are thrown. */
function callbackDatabase(db: SqliteHandle) {
  const statements = new Map<string, Statement>();
  const prepared = (sql: string): Statement => {
    const statement = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  const call = (work: () => unknown, done?: Done): void => {
    // Only the store's own daily clean-up waits for no answer. purgeSessions does its work; from a timer, where nobody
    // would catch a locked file, it would end the program.
    if (done) done(null, work());
  };
  return {
    exec: (sql: string, done?: Done) => call(() => db.exec(sql), done),
    run: (sql: string, values: unknown[] = [], done?: Done) => call(() => prepared(sql).run(...values), done),
    get: (sql: string, values: unknown[], done?: Done) => call(() => prepared(sql).get(...values), done),
    // connect-sqlite3 sends its INSERT through all().
    all: (sql: string, values: unknown[], done?: Done) =>
      call(() => (prepared(sql).reader ? prepared(sql).all(...values) : prepared(sql).run(...values)), done),
  };
}

/** `lifetimeMs` says how long a session's row is kept after it was last written. */
export function createSessionStore(
  db: SqliteHandle,
  lifetimeMs: (session: SessionData) => number,
): session.Store {
  const SqliteStore = connectSqlite3(session);

  class HashedStore extends SqliteStore {
    readonly #loaded = new WeakSet<object>();

    /** A row that can't be read is no session: logged out, and nothing else. */
    override get(sid: string, done: Loaded): void {
      let found: SessionData | null = null;
      try {
        super.get(hashed(sid), (_error, session) => {
          found = session ?? null;
        });
      } catch (error) {
        if (!(error instanceof SyntaxError)) {
          done(error);
          return;
        }
        super.destroy(hashed(sid));
      }
      done(null, isSession(found) ? found : null);
    }

    override createSession(...args: Parameters<session.Store["createSession"]>) {
      const loaded = super.createSession(...args);
      this.#loaded.add(loaded);
      return loaded;
    }

    /** A slow request that saves a session which was ended meanwhile must not bring its row back. */
    override set(sid: string, session: SessionData, done?: Done): void {
      attempt(done, () => {
        if (this.#loaded.has(session) && !this.#exists(sid)) return;
        // connect-sqlite3 takes the row's end from the cookie; a login without "remember me" has none there.
        const kept = { cookie: { maxAge: lifetimeMs(session) }, toJSON: () => session };
        // It catches what is thrown, and would keep it to itself without a callback.
        let failure: unknown = null;
        super.set(hashed(sid), kept as unknown as SessionData, (error) => {
          failure = error;
        });
        if (failure) throw failure;
      });
    }

    override destroy(sid: string, done?: Done): void {
      attempt(done, () => super.destroy(hashed(sid), () => {}));
    }

    /** Nothing to write: how long a login lives is decided by its row in user_sessions. */
    override touch(_sid: string, _session: SessionData, done?: Done): void {
      done?.();
    }

    #exists(sid: string): boolean {
      return db.prepare("SELECT 1 FROM sessions WHERE sid = ?").get(hashed(sid)) !== undefined;
    }
  }

  const store = new HashedStore({ db: callbackDatabase(db), table: "sessions", concurrentDb: true });
  db.exec("CREATE INDEX IF NOT EXISTS sessions_expiry ON sessions (expired)");
  return store;
}

export function purgeSessions(db: SqliteHandle): void {
  db.prepare("DELETE FROM sessions WHERE expired < ?").run(Date.now());
}

/** What lies in the file can't be used as a cookie. */
function hashed(sid: string): string {
  return createHash("sha256").update(sid).digest("base64url");
}

/** What we write ourselves. express-session trusts it, and answers nobody when a cookie's age is no number. */
const SESSION = z.object({
  cookie: z.strictObject({
    originalMaxAge: z.number().nullable(),
    expires: z.iso.datetime().nullable(),
    path: z.string(),
    httpOnly: z.boolean(),
    secure: z.boolean().optional(),
    sameSite: z.enum(["lax", "strict", "none"]).optional(),
  }),
  passport: z.object({ user: z.string().optional() }).optional(),
});

function isSession(value: unknown): value is SessionData {
  return SESSION.safeParse(value).success;
}

/** Runs synchronous work, then tells `done` how it went: once, and outside the try. */
function attempt(done: Done | undefined, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!done) throw error;
    done(error);
    return;
  }
  done?.();
}
