// A PostgreSQL of one test's own, for what would disturb the tests that share one.
import { onTestFinished } from "vitest";
import { type Cluster, startCluster } from "./postgres-cluster.ts";
import { postgresServer } from "./storage.ts";

/** Not where the tests were given a server: then there may be no binaries to start another one with. */
export const ownClusterPossible = postgresServer !== undefined && !process.env.TEST_POSTGRES_URL;

/** Deleted when the test is over. */
export async function ownCluster(options: { encrypted?: boolean } = {}): Promise<Cluster> {
  const started = await startCluster(options);
  if (!started) throw new Error("PostgreSQL is not installed");
  onTestFinished(() => started.remove());
  return started;
}
