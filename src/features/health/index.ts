// For whoever watches over the program: is the process up, and should it be sent requests?
import { sql } from "kysely";
import type { Feature } from "../../core.ts";
import { pendingMigrations } from "../../database/migrate.ts";

export const health: Feature = ({ db, isStopping, mailer, publicPages }) => {
  publicPages.get("/healthz", (_req, res) => void res.json({ status: "up" }));

  publicPages.get("/readyz", async (_req, res) => {
    const problem = isStopping() ? "stopping" : await databaseProblem();
    if (problem) return void res.status(503).json({ status: problem });
    res.json({ status: "ready", mail: await mailer.backlog() });
  });

  async function databaseProblem(): Promise<string | null> {
    try {
      await sql`select 1`.execute(db);
      return (await pendingMigrations(db)).length > 0 ? "migrations pending" : null;
    } catch {
      return "database does not answer";
    }
  }
};
