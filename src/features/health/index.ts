// For whoever watches over the program: is the process up, and should it be sent requests?
import { sql } from "kysely";
import type { Feature } from "../../core.ts";
import { pendingMigrations } from "../../database/migrate.ts";
import { inTransaction } from "../../database/transaction.ts";
import { countMails } from "../../mail/waiting-mails.ts";

export const health: Feature = ({ db, isStopping, publicPages }) => {
  publicPages.get("/healthz", (_req, res) => void res.json({ status: "up" }));

  publicPages.get("/readyz", async (req, res) => {
    const problem = isStopping() ? "stopping" : await databaseProblem();
    if (problem) return void res.status(503).json({ status: problem });
    // Only for whoever is on this machine: while a provider is down, the number would tell a stranger whether the mail
    // they have just asked for has somebody to go to.
    res.json({ status: "ready", ...(isLoopback(req.ip) && { mail: await countMails(db) }) });
  });

  async function databaseProblem(): Promise<string | null> {
    try {
      // As every change is made: a standby that waits to be promoted answers questions, but takes no such transaction.
      await inTransaction(db, (trx) => sql`select 1`.execute(trx));
      return (await pendingMigrations(db)).length > 0 ? "migrations pending" : null;
    } catch {
      return "database does not answer";
    }
  }
};

function isLoopback(ip = ""): boolean {
  return ip === "::1" || /^(::ffff:)?127\./.test(ip);
}
