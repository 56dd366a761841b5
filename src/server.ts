// The program: reads the environment, opens the database, migrates, listens, and stops cleanly.
import { createServer } from "node:http";
import { setTimeout as waitMs } from "node:timers/promises";
import pino, { type Logger } from "pino";
import { ConfigurationError, readSettings, type Settings } from "../config/env.ts";
import { policy } from "../config/policy.ts";
import { createApp } from "./app.ts";
import { migrateUp, pendingMigrations } from "./database/migrate.ts";
import { openStorage, type Storage } from "./database/open.ts";
import { developmentSecret } from "./development-secret.ts";
import { features } from "./features.ts";
import { prepareProcess } from "./process.ts";

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
  const log = pino({
    level: settings.logLevel,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level) => ({ level }) },
  });
  const storage = await openStorage(settings.databaseUrl);
  await bringUpToDate(storage, settings, log);

  let stopping = false;
  const { app, mailer, purge } = await createApp({
    settings,
    storage,
    log,
    features,
    isStopping: () => stopping,
  });
  let underWay = 0;
  let closing = false;
  const server = createServer((req, res) => {
    underWay += 1;
    res.once("close", () => {
      underWay -= 1;
      closeWhenQuiet();
    });
    // A kept connection would keep us from stopping, so every answer from now on is its last.
    if (stopping) res.setHeader("Connection", "close");
    app(req, res);
  });
  // Connections that wait for nothing (kept alive, or opened by a browser in advance) would hold us up.
  const closeWhenQuiet = (): void => {
    if (closing && underWay === 0) server.closeAllConnections();
  };
  server.headersTimeout = policy.server.headersTimeoutSeconds * 1000;
  server.requestTimeout = policy.server.requestTimeoutSeconds * 1000;
  server.keepAliveTimeout = policy.server.keepAliveSeconds * 1000;

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

  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, "stopping");
    clearInterval(purging);
    const forced = setTimeout(
      () => server.closeAllConnections(),
      policy.server.stopWithinSeconds * 1000,
    ).unref();
    server.close(async () => {
      clearTimeout(forced);
      await Promise.race([mailer.stop(), waitMs(policy.mail.stopWithinSeconds * 1000)]);
      await storage.close();
      log.info("stopped");
      process.exit(0);
    });
    // A moment for requests that are on the wire already.
    setTimeout(() => {
      closing = true;
      closeWhenQuiet();
    }, policy.server.stopPauseMs).unref();
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

function withSecret(settings: Settings): Settings {
  return settings.sessionSecrets.length > 0
    ? settings
    : { ...settings, sessionSecrets: [developmentSecret()] };
}

async function bringUpToDate({ db }: Storage, { migrateOnStart }: Settings, log: Logger): Promise<void> {
  if (migrateOnStart) {
    for (const { name } of await migrateUp(db)) log.info({ migration: name }, "migration applied");
    return;
  }
  const pending = await pendingMigrations(db);
  if (pending.length > 0)
    throw new Error(`migrations are pending (${pending.join(", ")}). Run: npm run migrate`);
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
