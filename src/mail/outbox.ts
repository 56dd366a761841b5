// The transport of development and tests: delivers into a table, which /dev/mailbox shows.
import type { Kysely } from "kysely";
import type { Schema } from "../database/schema.ts";
import type { Transport } from "./transport.ts";

const KEPT_MAILS = 200;

export function outboxTransport(db: Kysely<Schema>): Transport {
  return {
    deliver: async ({ id, to, subject, text, html }) => {
      await db
        .insertInto("outbox")
        .values({ id, recipient: to, subject, text, html, sent_at: Date.now() })
        .execute();
      const kept = db.selectFrom("outbox").select("id").orderBy("sent_at", "desc").limit(KEPT_MAILS);
      await db.deleteFrom("outbox").where("id", "not in", kept).execute();
    },
  };
}
