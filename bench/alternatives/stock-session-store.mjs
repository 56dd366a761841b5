// connect-sqlite3 on the sqlite3 package, as its documentation says, with the interface of src/web/session-store.ts.
import connectSqlite3 from "connect-sqlite3";
import session from "express-session";

export async function createSessionStore() {
  const SqliteStore = connectSqlite3(session);
  // A file of its own: the program's is in WAL mode, which the stock store does not ask for.
  return { store: new SqliteStore({ db: "stock-sessions.db" }), purge: async () => ({ numDeletedRows: 0n }) };
}
