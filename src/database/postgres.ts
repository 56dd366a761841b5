// PostgreSQL, for several processes or machines that share one installation. Nothing of it is loaded before it is asked for.
import { Socket } from "node:net";
import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { policy } from "../../config/policy.ts";
import { isLoopback } from "../../config/urls.ts";
import type { Storage } from "./open.ts";
import type { Schema } from "./schema.ts";

/** Connections of one process. A small server allows 20 in all (Heroku's smallest), so two processes fit. */
const POOL_SIZE = 8;

const BIGINT_TYPE = 20;

/**
 * Rejects with one readable sentence when the server can't be used. `patient` is for migrations and copies, whose queries
 * take as long as they need.
 */
export async function openPostgresStorage(databaseUrl: string, { patient = false } = {}): Promise<Storage> {
  const { connectWithinSeconds } = policy.database;
  const pool = new pg.Pool({
    connectionString: withEncryption(databaseUrl),
    max: POOL_SIZE,
    connectionTimeoutMillis: connectWithinSeconds * 1000,
    application_name: "auth-flow",
    types: { getTypeParser },
    ...(patient
      ? { keepAlive: true, keepAliveInitialDelayMillis: connectWithinSeconds * 1000 }
      : { stream: impatientSocket, onConnect: limitQueries }),
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
 * The server gives a query up, and undoes a transaction that nobody goes on with. Said by a query, because PgBouncer
 * refuses these settings at the start of a connection.
 */
async function limitQueries(client: pg.ClientBase): Promise<void> {
  const { answerWithinSeconds, queryWithinSeconds } = policy.database;
  const limits = {
    statement_timeout: queryWithinSeconds,
    idle_in_transaction_session_timeout: answerWithinSeconds,
  };
  await client.query(
    Object.entries(limits)
      .map(([name, seconds]) => `SET ${name} = ${seconds * 1000}`)
      .join("; "),
  );
}

/**
 * A connection that went silent is over. pg's own query_timeout only forgets the query: the connection would go back into
 * the pool in the middle of a transaction, and the next one to use it would work inside that.
 */
function impatientSocket(): Socket {
  const socket = new Socket();
  const silent = Object.assign(new Error("the server went silent"), { code: "ETIMEDOUT" });
  return socket.setTimeout(policy.database.answerWithinSeconds * 1000, () => socket.destroy(silent));
}

/**
 * Encrypted unless the server is on this machine or the URL says otherwise. As with PostgreSQL's own tools, "require"
 * does not ask who answers (hosts like Heroku sign their own certificates); sslmode=verify-full does.
 */
function withEncryption(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  const host = url.searchParams.get("host") ?? decodeURIComponent(url.hostname);
  const isLocal = host === "" || host.startsWith("/") || isLoopback(host);
  const mode = url.searchParams.get("sslmode") ?? (isLocal ? null : "require");
  // The first is node-postgres's own word for it; the second would try without at first.
  const needsTranslation = mode === "no-verify" || mode === "allow";
  if (mode) url.searchParams.set("sslmode", needsTranslation ? "require" : mode);
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
