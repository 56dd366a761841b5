// So many requests a second, whether or not the earlier ones were answered: a slow server is not spared by its slowness.
import { Agent, type IncomingMessage, request } from "node:http";
import { performance } from "node:perf_hooks";
import { setTimeout as waitMs } from "node:timers/promises";
import type { Job, LoadRequest, Report } from "./job.ts";

type Pace = Extract<Job["pace"], { kind: "steady" }>;

/** What has no answer by then is lost. */
const ANSWER_WITHIN_MS = 20_000;

export async function steady(
  origin: string,
  requests: LoadRequest[],
  { perSecond, seconds }: Pace,
): Promise<Report> {
  const agent = new Agent({ keepAlive: true });
  const latencies: number[] = [];
  const answers: Record<string, number> = {};
  let withRetryAfter = 0;
  let lost = 0;

  const sendOne = async (one: LoadRequest) => {
    const sentAt = performance.now();
    try {
      const { statusCode = 0, headers } = await answerTo(origin, one, agent);
      latencies.push(performance.now() - sentAt);
      answers[statusCode] = (answers[statusCode] ?? 0) + 1;
      if (statusCode === 503 && headers["retry-after"]) withRetryAfter += 1;
    } catch {
      lost += 1;
    }
  };

  const total = Math.round(perSecond * seconds);
  const start = performance.now();
  const underWay: Promise<void>[] = [];
  while (underWay.length < total) {
    const due = Math.min(total, Math.floor(((performance.now() - start) / 1000) * perSecond) + 1);
    while (underWay.length < due) {
      const next = requests[underWay.length % requests.length];
      if (next) underWay.push(sendOne(next));
    }
    await waitMs(1);
  }
  await Promise.all(underWay);
  agent.destroy();

  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.ceil(share * latencies.length) - 1] ?? Number.NaN;
  return {
    seconds,
    sent: total,
    answers,
    withRetryAfter,
    lost,
    latencyMs: { median: at(0.5), p99: at(0.99), max: at(1) },
  };
}

/** Resolves when the whole answer is here. */
function answerTo(origin: string, one: LoadRequest, agent: Agent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { path, method, headers, body } = one;
    const outgoing = request(origin + path, { method, headers, agent, timeout: ANSWER_WITHIN_MS });
    outgoing.once("response", (incoming) => {
      incoming.resume();
      incoming.once("end", () => resolve(incoming));
      incoming.once("error", reject);
    });
    outgoing.once("timeout", () => outgoing.destroy(new Error("no answer")));
    outgoing.once("error", reject);
    outgoing.end(body);
  });
}
