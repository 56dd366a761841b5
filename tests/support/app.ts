// The real app on a real port, with database files of its own and cheap hashes; its mail is read from its outbox.
import { type AddressInfo, createServer } from "node:net";
import pino from "pino";
import { onTestFinished } from "vitest";
import { readSettings } from "../../config/env.ts";
import { policy } from "../../config/policy.ts";
import { createApp } from "../../src/app.ts";
import type { Feature } from "../../src/core.ts";
import { migrateUp } from "../../src/database/migrate.ts";
import { openStorage, type Storage } from "../../src/database/open.ts";
import { features } from "../../src/features.ts";
import { createHttpServer } from "../../src/http-server.ts";
import type { Mailer } from "../../src/mail/mailer.ts";
import { Mailbox } from "./mailbox.ts";
import { telling } from "./queries.ts";
import { databaseUrlIn, temporaryFolder } from "./storage.ts";
import { Visitor } from "./visitor.ts";

export interface TestApp {
  origin: string;
  folder: string;
  mailbox: Mailbox;
  mailer: Mailer;
  storage: Storage;
  /** Every log line so far, parsed. */
  logs: Record<string, unknown>[];
  /** A browser of its own: cookies, and the headers a browser sends. */
  visitor(): Visitor;
  purge(): Promise<void>;
  setStopping(stopping: boolean): void;
  /** Stops it; the files stay for a second app started with `folder`. */
  stop(): Promise<void>;
}

export interface TestAppOptions {
  env?: Record<string, string>;
  /** Added to the program's own features. */
  extraFeatures?: Feature[];
  /** Start on the files of an app that was stopped. */
  folder?: string;
  /** Called for each query to the accounts' tables. */
  onQuery?: () => void;
}

/** Cheap hashes; limits far away unless a test is about them. */
const TEST_ENVIRONMENT = {
  NODE_ENV: "development",
  PORT: "0",
  SESSION_SECRET: "a secret for tests and for nothing else",
  ARGON2_MEMORY_KIB: "1024",
  ARGON2_PASSES: "1",
  RATE_LIMIT_SCALE: "1000",
  LOG_LEVEL: "info",
};

/** Stopped, and its files deleted, when the test is over. */
export async function startApp({
  env = {},
  extraFeatures = [],
  folder,
  onQuery = () => {},
}: TestAppOptions = {}): Promise<TestApp> {
  const home = folder ?? temporaryFolder();
  // The settings name the address, so it is taken before there is anybody to answer.
  const listening = createServer();
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  const { port } = listening.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;

  const settings = readSettings({
    ...TEST_ENVIRONMENT,
    BASE_URL: origin,
    DATABASE_URL: await databaseUrlIn(home),
    ...env,
  });
  const logs: Record<string, unknown>[] = [];
  const log = pino(
    { level: settings.logLevel, base: null },
    { write: (line) => void logs.push(JSON.parse(line)) },
  );
  const storage = await openStorage(settings.databaseUrl);
  await migrateUp(storage.db);
  let stopping = false;
  const { app, mailer, purge } = await createApp({
    settings,
    storage: { ...storage, db: storage.db.withPlugin(telling(onQuery)) },
    log,
    features: [...features, ...extraFeatures],
    isStopping: () => stopping,
  });
  const { server } = createHttpServer(app, policy.server);
  server.listen(listening);

  let stopped = false;
  const stop = async () => {
    if (stopped) return;
    stopped = true;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await mailer.stop();
    await storage.close();
  };
  onTestFinished(stop);

  const mailbox = new Mailbox(async () => {
    await mailer.deliverDue();
    return storage.db.selectFrom("outbox").selectAll().orderBy("sent_at", "desc").execute();
  });

  return {
    origin,
    folder: home,
    mailbox,
    mailer,
    storage,
    logs,
    visitor: () => new Visitor(origin, mailbox),
    purge,
    setStopping: (value) => {
      stopping = value;
    },
    stop,
  };
}
