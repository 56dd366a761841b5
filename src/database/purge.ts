// Deleting what has expired without making anybody wait.
import { setTimeout as waitMs } from "node:timers/promises";
import { policy } from "../../config/policy.ts";

/** Deletes at most `limit` rows of one table, and says how many they were. */
export type Purge = (limit: number) => Promise<{ numDeletedRows: bigint }>;

/** One table after the other, in small batches, with time for requests between two. */
export async function purgeInBatches(purges: Purge[]): Promise<void> {
  const { batchRows, pauseMs } = policy.purge;
  for (const purge of purges) {
    while ((await purge(batchRows)).numDeletedRows === BigInt(batchRows)) await waitMs(pauseMs);
  }
}
