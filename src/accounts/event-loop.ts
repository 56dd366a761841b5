// How busy the thread is that answers requests. Node measures it all the time; asking costs next to nothing.
import { performance } from "node:perf_hooks";

const LOOK_EVERY_MS = 100;
const BUSY_SHARE = 0.5;

/** Says whether the event loop had work for most of the last tenth of a second (or of the time since it was last asked). */
export function watchEventLoop(): () => boolean {
  let seen = performance.eventLoopUtilization();
  let lookAgainAt = 0;
  let busy = false;
  return () => {
    const now = performance.now();
    if (now < lookAgainAt) return busy;
    lookAgainAt = now + LOOK_EVERY_MS;
    const current = performance.eventLoopUtilization();
    busy = performance.eventLoopUtilization(current, seen).utilization > BUSY_SHARE;
    seen = current;
    return busy;
  };
}
