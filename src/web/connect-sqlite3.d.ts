// connect-sqlite3 brings no types; this is what session-store-sqlite.ts uses of it.
declare module "connect-sqlite3" {
  import type { SessionData, Store } from "express-session";

  type Done = (error?: unknown, result?: unknown) => void;

  interface SqliteStore extends Store {
    get(sid: string, done: (error: unknown, session?: SessionData | null) => void): void;
    set(sid: string, session: SessionData, done?: Done): void;
    destroy(sid: string, done?: Done): void;
  }

  export default function connectSqlite3(
    session: typeof import("express-session"),
  ): new (options: {
    db: object;
    table: string;
    concurrentDb: boolean;
  }) => SqliteStore;
}
