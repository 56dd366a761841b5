// The transport of development and tests: delivers into a table, which /dev/mailbox shows.
import type { Kysely } from "kysely";
import type { Schema } from "../database/schema.ts";
import type { Transport } from "./transport.ts";

const KEPT_MAILS = 200;

export function outboxTransport(db: Kysely<Schema>): Transport {
  let lastAt = 0;
  return {
    deliver: async ({ id, to, subject, text, html }) => {
      // Never twice the same, so that "newest first" is an order.
      lastAt = Math.max(Date.now(), lastAt + 1);
      await db
        .insertInto("outbox")
        .values({ id, recipient: to, subject, text, html, sent_at: lastAt })
        .execute();
      const kept = db.selectFrom("outbox").select("id").orderBy("sent_at", "desc").limit(KEPT_MAILS);
      await db.deleteFrom("outbox").where("id", "not in", kept).execute();
    },
  };
}
