// Databases on a PostgreSQL server, as its own administrator would make and delete them.
import pg from "pg";

export function databaseOn(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** What a database is a copy of: the tables of this program, or none at all. */
export const MIGRATED = "auth_flow_migrated";
export type Template = typeof MIGRATED | "template0";

export async function createDatabase(server: string, name: string, template: Template): Promise<void> {
  // Copying files is ten times as fast as PostgreSQL's own choice for a database as small as this.
  await administer(server, `CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
}

export async function dropDatabase(server: string, name: string): Promise<void> {
  await administer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

// Whoever is still connected belongs to a test that is over. Foreign keys would ask for an order.
const EMPTY_ALL_TABLES = `
  SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
  SET session_replication_role = replica;
  DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'kysely_%'
    LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
  END $$`;
const SHAPE = `
  SELECT string_agg(table_name || column_name || data_type, ',' ORDER BY table_name, ordinal_position) AS shape
  FROM information_schema.columns WHERE table_schema = 'public'`;
let shapeOfMigrated: Promise<string> | undefined;

/** As a new copy of MIGRATED would be; false when a test has changed its tables. */
export async function emptied(server: string, name: string): Promise<boolean> {
  shapeOfMigrated ??= onDatabase(databaseOn(server, MIGRATED), shapeOf);
  return onDatabase(databaseOn(server, name), async (client) => {
    await client.query(EMPTY_ALL_TABLES);
    return (await shapeOf(client)) === (await shapeOfMigrated);
  });
}

async function shapeOf(client: pg.Client): Promise<string> {
  return (await client.query(SHAPE)).rows[0].shape;
}

async function administer(server: string, sql: string): Promise<void> {
  await onDatabase(server, (client) => client.query(sql));
}

async function onDatabase<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
