// What the load process is told to do, and what it reports.

export interface LoadRequest {
  method: "GET" | "POST";
  path: string;
  headers: Record<string, string>;
  body?: string;
}

export interface Job {
  origin: string;
  /** Sent in turn, again and again. */
  requests: LoadRequest[];
  /**
   * flat-out: each connection sends its next request as soon as it has its answer, for so many seconds or requests.
   * steady: so many requests a second, whether or not the earlier ones were answered.
   */
  pace:
    | { kind: "flat-out"; connections: number; seconds: number }
    | { kind: "flat-out"; connections: number; amount: number }
    | { kind: "steady"; perSecond: number; seconds: number };
}

export interface Report {
  seconds: number;
  sent: number;
  /** How many answers had which status. */
  answers: Record<string, number>;
  /** Of the answers 503, those that said when to come back. Only counted at a steady pace. */
  withRetryAfter: number;
  /** Connections that broke, and requests that were never answered. */
  lost: number;
  latencyMs: { median: number; p99: number; max: number };
}
