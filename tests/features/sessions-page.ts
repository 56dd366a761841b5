// The page of one's logins as its tests see it: what it lists, and the people who are on it.
import type { TestApp } from "../support/app.ts";
import { loggedIn, type Visitor } from "../support/visitor.ts";

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
export const END_OTHERS = "/sessions/end-others";

export function browser(app: TestApp, userAgent: string): Visitor {
  const visitor = app.visitor();
  visitor.headers = { "user-agent": userAgent };
  return visitor;
}

/** The entries of the page, each as its words and the address of its button. */
export async function listed(visitor: Visitor): Promise<{ words: string; button: string }[]> {
  const { text } = await visitor.get("/sessions");
  return [...text.matchAll(/<li>\s*<div>([\s\S]*?)<\/div>\s*<form method="post" action="([^"]+)"/g)].map(
    ([, words = "", button = ""]) => ({ words: words.replace(/<[^>]+>|\s+/g, " "), button }),
  );
}

/** Ada with Firefox and with a telephone; her most recent login is the telephone's. */
export async function twice(app: TestApp): Promise<{ laptop: Visitor; phone: Visitor }> {
  const [laptop, phone] = [browser(app, FIREFOX), browser(app, IPHONE)];
  await loggedIn(laptop);
  await phone.logIn();
  return { laptop, phone };
}

export const isIn = async (visitor: Visitor) => (await visitor.get("/profile")).status === 200;
