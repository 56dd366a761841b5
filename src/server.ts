// The program: reads the environment, opens the database, migrates, listens, and stops cleanly.
import { setTimeout as waitMs } from "node:timers/promises";
import pino, { type Logger, type LoggerOptions } from "pino";
import { ConfigurationError, readSettings, type Settings } from "../config/env.ts";
import { policy } from "../config/policy.ts";
import { createApp } from "./app.ts";
import { migrateUp, pendingMigrations } from "./database/migrate.ts";
import { openStorage, openUsers } from "./database/open.ts";
import { developmentSecret } from "./development-secret.ts";
import { features } from "./features.ts";
import { createHttpServer } from "./http-server.ts";
import { preferRequestsToHashes, prepareProcess } from "./process.ts";

prepareProcess();
try {
  await run();
} catch (error) {
  const lines =
    error instanceof ConfigurationError ? error.problems : [`Could not start: ${(error as Error).message}`];
  for (const line of lines) console.error(line);
  process.exit(1);
}

async function run(): Promise<void> {
  const settings = withSecret(readSettings(process.env));
  const log = createLog(settings);
  await bringUpToDate(settings, log);
  const storage = await openStorage(settings.databaseUrl);

  let stopping = false;
  const { app, mailer, purge } = await createApp({
    settings,
    storage,
    log,
    features,
    isStopping: () => stopping,
  });
  preferRequestsToHashes();
  const { server, stop: stopServing } = createHttpServer(app, policy.server);

  server.once("error", (error: NodeJS.ErrnoException) => {
    console.error(listenProblem(error, settings));
    process.exit(1);
  });
  server.listen(settings.port, settings.host, () => {
    void mailer.start();
    const mailbox =
      settings.mode === "development" && settings.mail.transport === "outbox"
        ? `${settings.baseUrl}/dev/mailbox`
        : undefined;
    log.info(
      { url: settings.baseUrl, mailbox, mode: settings.mode },
      `${settings.appName} is ready: ${settings.baseUrl}`,
    );
  });
  const purging = setInterval(() => void tidy(purge, log), policy.server.purgeEveryMinutes * 60_000).unref();

  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, "stopping");
    clearInterval(purging);
    await stopServing();
    await Promise.race([mailer.stop(), waitMs(policy.mail.stopWithinSeconds * 1000)]);
    // A database that has gone silent does not say good-bye.
    await Promise.race([storage.close(), waitMs(policy.database.closeWithinSeconds * 1000)]);
    log.info("stopped");
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

/** Lines are out before anything else happens: nothing that was told can be lost, and no hash's thread is woken for it. */
function createLog({ logLevel }: Settings): Logger {
  const options: LoggerOptions = {
    level: logLevel,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level) => ({ level }) },
  };
  // A log file on a full disk is no reason to stop: it goes on when there is room.
  return pino(
    options,
    pino.destination({ sync: true }).on("error", () => {}),
  );
}

function withSecret(settings: Settings): Settings {
  return settings.sessionSecrets.length > 0
    ? settings
    : { ...settings, sessionSecrets: [developmentSecret()] };
}

async function bringUpToDate({ databaseUrl, migrateOnStart }: Settings, log: Logger): Promise<void> {
  const db = await openUsers(databaseUrl);
  try {
    if (migrateOnStart)
      for (const { name } of await migrateUp(db)) log.info({ migration: name }, "migration applied");
    const pending = await pendingMigrations(db);
    if (pending.length > 0)
      throw new Error(`migrations are pending (${pending.join(", ")}). Run: npm run migrate`);
  } finally {
    await db.destroy();
  }
}

async function tidy(purge: () => Promise<void>, log: Logger): Promise<void> {
  try {
    await purge();
  } catch (error) {
    log.error({ err: error }, "expired rows could not be deleted; they will be tried again");
  }
}

function listenProblem({ code, message }: NodeJS.ErrnoException, { host, port }: Settings): string {
  if (code === "EADDRINUSE")
    return `Port ${port} is in use. Stop the other program, or set PORT to a free one.`;
  if (code === "EACCES") return `Port ${port} is not allowed for this user. Set PORT to one above 1023.`;
  return `Could not listen on ${host}:${port}: ${message}`;
}
