// Where sessions are kept, whatever the engine: hashed session ids, and a row that was ended stays ended.
import { hash } from "node:crypto";
import session, { type SessionData, type Store } from "express-session";
import { z } from "zod";
import type { ShortLived } from "../database/open.ts";
import type { Purge } from "../database/purge.ts";
import { sqliteSessions } from "./session-store-sqlite.ts";

export type Done = (error?: unknown) => void;
type Loaded = (error: unknown, session?: SessionData | null) => void;

export interface Sessions {
  store: Store;
  /** Deletes expired rows. */
  purge: Purge;
}

/** What an engine gives: a store as its library makes it, and what the library lacks. */
export interface SessionRows extends Sessions {
  /** Writes into a row that is there; where there is none, any more, it does nothing. */
  replace(row: { key: string; content: string; endsAt: number }, done: Done): void;
}

/** `lifetimeMs` says how long a session's row is kept after it was last written. */
export async function createSessionStore(
  shortLived: ShortLived,
  lifetimeMs: (session: SessionData) => number,
): Promise<Sessions> {
  const rows = await sessionRows(shortLived);
  return { store: new HashedStore(rows, lifetimeMs), purge: rows.purge };
}

async function sessionRows(shortLived: ShortLived): Promise<SessionRows> {
  if (shortLived.engine === "sqlite") return sqliteSessions(shortLived.handle);
  const { postgresSessions } = await import("./session-store-postgres.ts");
  return postgresSessions(shortLived.pool);
}

class HashedStore extends session.Store {
  readonly #rows: Store;
  readonly #replace: SessionRows["replace"];
  readonly #lifetimeMs: (session: SessionData) => number;
  readonly #loaded = new WeakSet<object>();

  constructor({ store, replace }: SessionRows, lifetimeMs: (session: SessionData) => number) {
    super();
    this.#rows = store;
    this.#replace = replace;
    this.#lifetimeMs = lifetimeMs;
  }

  /** A row that can't be read is no session: logged out, and nothing else. */
  override get(sid: string, done: Loaded): void {
    this.#rows.get(hashed(sid), (error, found) => {
      if (error instanceof SyntaxError) this.#rows.destroy(hashed(sid), () => done(null, null));
      else if (error) done(error);
      else done(null, isSession(found) ? found : null);
    });
  }

  override createSession(...args: Parameters<Store["createSession"]>) {
    const loaded = super.createSession(...args);
    this.#loaded.add(loaded);
    return loaded;
  }

  /** A slow request that saves a session which was ended meanwhile must not bring its row back. */
  override set(sid: string, session: SessionData, done: Done = () => {}): void {
    const key = hashed(sid);
    const maxAge = this.#lifetimeMs(session);
    const endsAt = Date.now() + maxAge;
    if (this.#loaded.has(session)) {
      this.#replace({ key, content: JSON.stringify(session), endsAt }, done);
      return;
    }
    // The libraries take the row's end from the cookie; a login without "remember me" has none there.
    const kept = { cookie: { maxAge, expires: new Date(endsAt) }, toJSON: () => session };
    this.#rows.set(key, kept as unknown as SessionData, done);
  }

  override destroy(sid: string, done?: Done): void {
    this.#rows.destroy(hashed(sid), done);
  }
}

/** What lies in the table can't be used as a cookie. */
function hashed(sid: string): string {
  return hash("sha256", sid, "base64url");
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
  loginId: z.string().nullish(),
});

function isSession(value: unknown): value is SessionData {
  return SESSION.safeParse(value).success;
}
