// As much as the server takes, by autocannon.
import autocannon from "autocannon";
import type { Job, LoadRequest, Report } from "./job.ts";

type Pace = Extract<Job["pace"], { kind: "flat-out" }>;

export async function flatOut(origin: string, requests: LoadRequest[], pace: Pace): Promise<Report> {
  let connection = 0;
  const result = await autocannon({
    url: origin,
    connections: pace.connections,
    ...("amount" in pace ? { amount: pace.amount } : { duration: pace.seconds }),
    // Each connection has requests of its own, or all would log in the same account at the same moment.
    setupClient: (client) => {
      const own = requests.filter((_, index) => index % pace.connections === connection);
      client.setRequests(own.length > 0 ? own : requests);
      connection += 1;
    },
  });
  const answers = Object.entries(result.statusCodeStats ?? {});
  return {
    seconds: result.duration,
    sent: result.requests.sent,
    answers: Object.fromEntries(answers.map(([status, { count = 0 }]) => [status, count])),
    withRetryAfter: 0,
    lost: result.errors,
    latencyMs: { median: result.latency.p50, p99: result.latency.p99, max: result.latency.max },
  };
}
