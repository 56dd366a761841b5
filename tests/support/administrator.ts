// Somebody at work on the PostgreSQL beside the program.
import pg from "pg";
import { onTestFinished } from "vitest";

export async function administrator(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}
