// The page of the log, and the same as a file.
import type { Request, Response } from "express";
import type { Core } from "../../core.ts";
import { currentUser } from "../../sign-in/access.ts";
import { describeBrowser } from "../../web/browser.ts";
import { inUtc } from "../../web/dates.ts";
import { HttpError } from "../../web/errors.ts";
import { allEvents, listEvents } from "./log.ts";
import { asCsv, inWords } from "./words.ts";

export function securityLogPages({ db }: Core) {
  async function showSecurityLog(req: Request, res: Response): Promise<void> {
    const { id } = currentUser(req);
    if (req.query.format === "csv") {
      res.attachment("security-log.csv").type("text/csv");
      res.send(asCsv(await allEvents(db, id)));
      return;
    }
    const page = pageNumber(req.query.page);
    const { events, pages } = await listEvents(db, id, page);
    const shown = events.map((event) => ({
      what: inWords(event),
      failed: event.outcome !== "success",
      when: inUtc(event.at),
      ip: event.ip,
      browser: describeBrowser(event.userAgent),
    }));
    res.render("security-log/security-log", { events: shown, page, pages });
  }

  return { showSecurityLog };
}

function pageNumber(text: unknown): number {
  if (text === undefined) return 1;
  if (typeof text !== "string" || !/^[1-9]\d{0,5}$/.test(text)) throw new HttpError(404);
  return Number(text);
}
