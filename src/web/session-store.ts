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
  /** What the row of a request's session holds. */
  readonly #stored = new WeakMap<object, string>();

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
    this.#stored.set(loaded, contentOf(loaded));
    return loaded;
  }

  /** A slow request that saves a session which was ended meanwhile must not bring its row back. */
  override set(sid: string, session: SessionData, done: Done = () => {}): void {
    const content = contentOf(session);
    const stored = this.#stored.get(session);
    const written: Done = (error) => {
      if (!error) this.#stored.set(session, content);
      done(error);
    };
    // express-session saves a session with a new id at the end of its answer, even if that was done just before.
    if (stored === content) done();
    else if (stored === undefined) this.#insert(sid, session, written);
    else this.#update(sid, session, written);
  }

  #insert(sid: string, session: SessionData, done: Done): void {
    const maxAge = this.#lifetimeMs(session);
    // The libraries take the row's end from the cookie; a login without "remember me" has none there.
    const cookie = { maxAge, expires: new Date(Date.now() + maxAge) };
    this.#rows.set(hashed(sid), { cookie, toJSON: () => session } as unknown as SessionData, done);
  }

  #update(sid: string, session: SessionData, done: Done): void {
    const endsAt = Date.now() + this.#lifetimeMs(session);
    this.#replace({ key: hashed(sid), content: JSON.stringify(session), endsAt }, done);
  }

  override destroy(sid: string, done?: Done): void {
    this.#rows.destroy(hashed(sid), done);
  }
}

/** All but the cookie, whose end moves on with the clock. */
function contentOf({ cookie, ...content }: SessionData): string {
  return JSON.stringify(content);
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
