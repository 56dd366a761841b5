// Deleting what has expired without making anybody wait.
import { setTimeout as waitMs } from "node:timers/promises";
import type { Kysely } from "kysely";
import { policy } from "../../config/policy.ts";
import type { Db } from "./open.ts";
import type { Schema } from "./schema.ts";
import { withoutTheDisk } from "./transaction.ts";

/** Deletes at most `limit` rows of one table, and says how many they were. A power cut may bring them back, for a while. */
export type Purge = (db: Db, limit: number) => Promise<{ numDeletedRows: bigint }>;

/** One table after the other, in small batches, with time for requests between two. */
export async function purgeInBatches(db: Kysely<Schema>, purges: Purge[]): Promise<void> {
  const { batchRows, pauseMs } = policy.purge;
  for (const purge of purges) {
    const deleteSome = () => withoutTheDisk(db, (connection) => purge(connection, batchRows));
    while ((await deleteSome()).numDeletedRows === BigInt(batchRows)) await waitMs(pauseMs);
  }
}
