// Tells the owner by mail what happened to the account, so that they notice when it was not them.
import type { Feature } from "../../core.ts";
import { describeNotices, NOTICE } from "./mail.ts";
import { isNewBrowser } from "./seen-browsers.ts";
import { isWorthAMail } from "./words.ts";

export const notices: Feature = (core) => {
  describeNotices(core);
  core.events.subscribe(async (trx, { event, outcome, userId, source, detail }) => {
    if (outcome !== "success" || !userId || !isWorthAMail(event)) return;
    if (event === "login" && !(await isNewBrowser(trx, userId, source.userAgent))) return;
    const { ip, userAgent } = source;
    // The old address, where it changed: the person behind the new one knows already. No owner, because the mail about
    // a deleted account must outlive it.
    const to = detail?.oldEmail ?? null;
    await core.mailer.send(
      trx,
      NOTICE,
      { event, userId, to, at: Date.now(), ip, userAgent },
      to ? {} : { userId },
    );
  });
};
