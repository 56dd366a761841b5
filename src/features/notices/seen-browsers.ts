// The browsers an account has been used with, to notice a new one.
import type { Db } from "../../database/open.ts";
import { describeBrowser } from "../../web/browser.ts";

declare module "../../database/schema.ts" {
  interface Schema {
    seen_browsers: { user_id: string; browser: string; first_seen_at: number };
  }
}

/** True for another browser than before; remembers it. The very first one is not news. Call it inside a transaction. */
export async function isNewBrowser(trx: Db, userId: string, userAgent: string): Promise<boolean> {
  const seen = await trx
    .selectFrom("seen_browsers")
    .select("browser")
    .where("user_id", "=", userId)
    .execute();
  const browser = describeBrowser(userAgent);
  if (seen.some((row) => row.browser === browser)) return false;
  await trx
    .insertInto("seen_browsers")
    .values({ user_id: userId, browser, first_seen_at: Date.now() })
    .execute();
  return seen.length > 0;
}
