// The compiled program with two addresses more, by which the benchmark starts its purge and learns how long it stood still.
import { createServer, type ServerResponse } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as waitMs } from "node:timers/promises";
import pino from "pino";

/** What /bench/purge and /bench/rest answer. */
export interface Stall {
  seconds: number;
  /** The longest time in which nothing else could happen. */
  longestMs: number;
}

const { readSettings }: typeof import("../../config/env.ts") = await compiled("config/env.js");
const { createApp }: typeof import("../../src/app.ts") = await compiled("src/app.js");
const { openStorage }: typeof import("../../src/database/open.ts") = await compiled("src/database/open.js");
const { features }: typeof import("../../src/features.ts") = await compiled("src/features.js");

const settings = readSettings(process.env);
const storage = await openStorage(settings.databaseUrl);
const log = pino({ level: settings.logLevel });
const { app, purge } = await createApp({ settings, storage, log, features, isStopping: () => false });

createServer((req, res) => {
  if (req.url === "/bench/purge") void answerStall(res, purge);
  else if (req.url === "/bench/rest") void answerStall(res, () => waitMs(15_000));
  else app(req, res);
}).listen(settings.port, settings.host);

async function answerStall(res: ServerResponse, work: () => Promise<unknown>): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  // The clock must have ticked before the first piece of work and once after the last, or it does not see them.
  await waitMs(50);
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  await waitMs(50);
  delay.disable();
  const stall: Stall = { seconds, longestMs: delay.max / 1e6 };
  res.end(JSON.stringify(stall));
}

function compiled(path: string) {
  return import(new URL(`../../dist/${path}`, import.meta.url).href);
}
