// The load process: takes one job after another from the runner. A process of its own, so that it shares no event loop.

import { flatOut } from "./flat-out.ts";
import type { Job, Report } from "./job.ts";
import { steady } from "./steady.ts";

process.on("message", async (job: Job) => {
  process.send?.(await report(job));
});
process.once("disconnect", () => process.exit());

function report({ origin, requests, pace }: Job): Promise<Report> {
  return pace.kind === "steady" ? steady(origin, requests, pace) : flatOut(origin, requests, pace);
}
