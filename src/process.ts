// What both programs (server.ts, migrate.ts) do with their process before anything else.
import { existsSync } from "node:fs";

/** Reads .env when there is one, and lets only the owner read the files we create (users.db holds password hashes). */
export function prepareProcess(): void {
  process.umask(0o077);
  if (existsSync(".env")) process.loadEnvFile(".env");
  // Compiled code is what runs in production; taking it for development would be the unsafe guess.
  process.env.NODE_ENV ||= import.meta.filename.endsWith(".js") ? "production" : "development";
}
