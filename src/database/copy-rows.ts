// Writes the rows of one table into an empty one, a few hundred at a time.
import type { Transaction } from "kysely";
import type { Schema } from "./schema.ts";

export type Row = Record<string, unknown>;

/** Well under the 65,535 values that one statement of PostgreSQL may have. */
const VALUES_AT_ONCE = 10_000;

/** How many there were. Throws when the table has rows already, or not as many afterwards as were written. */
export async function copyRows(
  writing: Transaction<Schema>,
  table: string,
  rows: AsyncIterable<Row> | Iterable<Row>,
): Promise<number> {
  if ((await countRows(writing, table)) > 0)
    throw new Error(`The target is not empty: there are rows in ${table}.`);
  let batch: Row[] = [];
  let written = 0;
  const write = async () => {
    if (batch.length === 0) return;
    await writing
      .insertInto(table as "users")
      .values(batch as never)
      .execute();
    written += batch.length;
    batch = [];
  };
  for await (const row of rows) {
    batch.push(row);
    if (batch.length * Object.keys(row).length >= VALUES_AT_ONCE) await write();
  }
  await write();
  if ((await countRows(writing, table)) !== written) throw new Error(`Not every row of ${table} arrived.`);
  return written;
}

async function countRows(db: Transaction<Schema>, table: string): Promise<number> {
  const query = db.selectFrom(table as "users").select(db.fn.countAll<number>().as("count"));
  return Number((await query.executeTakeFirstOrThrow()).count);
}
