// Sessions in PostgreSQL: connect-pg-simple on the program's own pool. Loaded only when PostgreSQL is used.
import connectPgSimple from "connect-pg-simple";
import session from "express-session";
import type { Pool } from "pg";
import type { Purge } from "../database/purge.ts";
import type { SessionRows } from "./session-store.ts";

export function postgresSessions(pool: Pool): SessionRows {
  const PostgresStore = connectPgSimple(session);
  const store = new PostgresStore({ pool, tableName: "sessions", pruneSessionInterval: false });
  const purge: Purge = async (_db, limit) => {
    const expired = "SELECT sid FROM sessions WHERE expire < to_timestamp($1) LIMIT $2";
    const answer = await pool.query(`DELETE FROM sessions WHERE sid IN (${expired})`, [
      Date.now() / 1000,
      limit,
    ]);
    return { numDeletedRows: BigInt(answer.rowCount ?? 0) };
  };
  const replace: SessionRows["replace"] = ({ key, content, endsAt }, done) => {
    const query =
      "UPDATE sessions SET sess = $1, expire = to_timestamp($2) WHERE sid = $3 AND expire >= to_timestamp($4)";
    pool.query(query, [content, endsAt / 1000, key, Date.now() / 1000]).then(() => done(), done);
  };
  return { store, purge, replace };
}
