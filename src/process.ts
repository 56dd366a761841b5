// What both programs (server.ts, migrate.ts) do with their process before anything else.
import { existsSync, readdirSync } from "node:fs";
import { setPriority } from "node:os";

/** Reads .env when there is one, and lets only the owner read the files we create (users.db holds password hashes). */
export function prepareProcess(): void {
  process.umask(0o077);
  if (existsSync(".env")) process.loadEnvFile(".env");
  // Compiled code is what runs in production; taking it for development would be the unsafe guess.
  process.env.NODE_ENV ||= import.meta.filename.endsWith(".js") ? "production" : "development";
}

/** Lower than that of our main thread, and of most other programs. */
const BACKGROUND_PRIORITY = 10;

/**
 * Password hashes fill every core for as long as people log in. The thread that answers requests goes before them, so a
 * storm of logins makes logins slow and pages hardly. On Linux a thread has a priority of its own (setpriority(2), Notes);
 * elsewhere, and where that is forbidden, all stay equal. Call it once the threads are there: after the first hash.
 */
export function preferRequestsToHashes(): void {
  if (process.platform !== "linux") return;
  const threads = readdirSync("/proc/self/task").map(Number);
  try {
    for (const thread of threads) if (thread !== process.pid) setPriority(thread, BACKGROUND_PRIORITY);
  } catch {
    // Not ours to decide here.
  }
}
