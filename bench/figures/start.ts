// How long it takes from the command to the first answer, next to bare Express, which takes its time too.
import { performance } from "node:perf_hooks";
import type { Figure, Result } from "../figure.ts";
import { median } from "../figure.ts";
import { alternate } from "../rounds.ts";
import { type Server, startAlternative, startAuthFlow } from "../server.ts";

export const start: Figure = { name: "start", measure: async () => [await measure()] };

async function measure(): Promise<Result> {
  // The first start makes and migrates the database; those measured find it there.
  const first = await startAuthFlow();
  await first.stop();
  const { a, b } = await alternate(
    () => startMs(() => startAuthFlow(first.folder)),
    () => startMs(() => startAlternative("bare-page", { PROFILE_PAGE: "{}" })),
  );
  return {
    name: "start",
    means: "from the command to the first 200 of /healthz, the database being up to date",
    value: median(a),
    unit: "ms",
    parts: { startMs: a, bareExpressMs: b },
    problems: [],
  };
}

async function startMs(start: () => Promise<Server>): Promise<number> {
  const startedAt = performance.now();
  const server = await start();
  const ms = performance.now() - startedAt;
  await server.stop();
  return ms;
}
