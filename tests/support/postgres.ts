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

async function administer(server: string, sql: string): Promise<void> {
  const client = new pg.Client(server);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
