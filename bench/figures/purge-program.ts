// The compiled program with two addresses more, by which the benchmark starts its purge and learns how long it stood still.
import { createServer } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as waitMs } from "node:timers/promises";
import pino from "pino";

/** What /bench/stall answers, about what /bench/purge or /bench/rest has started. */
export interface Stall {
  done: boolean;
  seconds: number;
  /** The longest time so far in which nothing else could happen. */
  longestMs: number;
}

const REST_SECONDS = 15;

const { readSettings }: typeof import("../../config/env.ts") = await compiled("config/env.js");
const { createApp }: typeof import("../../src/app.ts") = await compiled("src/app.js");
const { openStorage }: typeof import("../../src/database/open.ts") = await compiled("src/database/open.js");
const { features }: typeof import("../../src/features.ts") = await compiled("src/features.js");

const settings = readSettings(process.env);
const storage = await openStorage(settings.databaseUrl);
const log = pino({ level: settings.logLevel });
const { app, purge } = await createApp({ settings, storage, log, features, isStopping: () => false });

let stall: () => Stall;
createServer((req, res) => {
  if (req.url === "/bench/purge") void watch(purge);
  else if (req.url === "/bench/rest") void watch(() => waitMs(REST_SECONDS * 1000));
  else if (req.url !== "/bench/stall") return void app(req, res);
  res.end(JSON.stringify(stall()));
}).listen(settings.port, settings.host);

async function watch(work: () => Promise<unknown>): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const start = performance.now();
  let done = false;
  stall = () => ({ done, seconds: (performance.now() - start) / 1000, longestMs: delay.max / 1e6 });
  delay.enable();
  // The clock must have ticked before the first piece of work and once after the last, or it does not see them.
  await waitMs(50);
  await work();
  await waitMs(50);
  delay.disable();
  done = true;
}

function compiled(path: string) {
  return import(new URL(`../../dist/${path}`, import.meta.url).href);
}
