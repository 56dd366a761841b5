// PostgreSQL, for several processes or machines that share one installation. Nothing of it is loaded before it is asked for.
import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { isLoopback } from "../../config/urls.ts";
import type { Storage } from "./open.ts";
import type { Schema } from "./schema.ts";

/** Connections of one process. A small server allows 20 in all (Heroku's smallest), so two processes fit. */
const POOL_SIZE = 8;
/** A server that is gone is noticed, and its request answered with a calm page, within these times in milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000;
const QUERY_TIMEOUT_MS = 15_000;

const BIGINT_TYPE = 20;

/** Rejects with one readable sentence when the server can't be used. */
export async function openPostgresStorage(databaseUrl: string): Promise<Storage> {
  const pool = new pg.Pool({
    connectionString: withEncryption(databaseUrl),
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    idle_in_transaction_session_timeout: QUERY_TIMEOUT_MS,
    application_name: "auth-flow",
    types: { getTypeParser },
  });
  // A connection that the server closed (it was restarted) fails the query that is on it; without these listeners it
  // would end the program, too. The next query opens another.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));

  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  try {
    await sql`select 1`.execute(db);
  } catch (error) {
    await db.destroy();
    throw new Error(connectProblem(error), { cause: error });
  }
  return { db, shortLived: { engine: "postgres", pool }, close: () => db.destroy() };
}

/**
 * Encrypted unless the server is on this machine or the URL says otherwise. As with PostgreSQL's own tools, "require"
 * does not ask who answers (hosts like Heroku sign their own certificates); sslmode=verify-full does.
 */
function withEncryption(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  const isLocal = url.hostname === "" || url.hostname.startsWith("%2F") || isLoopback(url.hostname);
  if (!isLocal && !url.searchParams.has("sslmode")) url.searchParams.set("sslmode", "require");
  url.searchParams.set("uselibpqcompat", "true");
  return url.href;
}

/** Our times in milliseconds, and counts, are bigint columns; as numbers they are exact for the next 280,000 years. */
function getTypeParser(type: number, format?: "text" | "binary") {
  return type === BIGINT_TYPE ? Number : pg.types.getTypeParser(type, format);
}

function connectProblem(error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  const reason = message || code || "no answer";
  const fix = /support SSL/.test(reason)
    ? "Add ?sslmode=disable to it if the network in between is your own."
    : "Is it right, and is the server up?";
  return `PostgreSQL at DATABASE_URL can't be used: ${reason}. ${fix}`;
}
