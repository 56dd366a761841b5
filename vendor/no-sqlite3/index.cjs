// connect-sqlite3 falls back to this driver only when it is given a file name; here it is always given a database.
throw new Error(
  "sqlite3 is not part of this project: sessions run on better-sqlite3 (src/web/session-store.ts)",
);
