import { performance } from "node:perf_hooks";
import { describe, expect, it, vi } from "vitest";
import { watchEventLoop } from "../../src/accounts/event-loop.ts";

describe("the watch on the event loop", () => {
  it("calls it busy after work without a pause, and not once it has had time to rest", async () => {
    const isBusy = watchEventLoop();
    const until = performance.now() + 200;
    while (performance.now() < until);
    expect(isBusy()).toBe(true);
    await vi.waitFor(() => expect(isBusy()).toBe(false), { timeout: 10_000 });
  });
});
