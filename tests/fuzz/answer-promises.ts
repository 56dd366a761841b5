// What every answer keeps, whoever asked whatever: the list of what this one has broken.
import type { Answer, Written } from "./wire.ts";

const HEADERS: Record<string, RegExp> = {
  "content-security-policy": /default-src 'none'/,
  "x-content-type-options": /^nosniff$/,
  "x-frame-options": /^(DENY|SAMEORIGIN)$/,
  "referrer-policy": /^same-origin$/,
  "permissions-policy": /camera=\(\)/,
  "cross-origin-opener-policy": /^same-origin$/,
  "cache-control": /^(no-store|no-cache|public, max-age=\d+, immutable)$/,
  "x-request-id": /^[\w-]{36}$/,
};
const OF_OUR_CODE = /node_modules|\.ts:\d+|SQLITE_|SqliteError|\n\s+at /;
const COOKIE = /^sid=[^;]*; Path=\/; (Expires=[^;]+; )?HttpOnly; SameSite=Lax(; Max-Age=\d+)?$/;

export function brokenPromises(
  written: Written,
  { status, headers, text }: Answer,
  origin: string,
): string[] {
  const broken = status >= 500 ? [`answered ${status}`] : [];
  for (const [name, value] of Object.entries(HEADERS))
    if (!value.test(String(headers[name] ?? ""))) broken.push(`${name}: ${headers[name]}`);
  if (headers["x-powered-by"]) broken.push("names its framework");
  if (text !== "" && !headers["content-type"]) broken.push("does not say what it sends");
  const { location } = headers;
  if (location !== undefined && (!location.startsWith("/") || new URL(location, origin).origin !== origin))
    broken.push(`leads to ${location}`);
  for (const cookie of headers["set-cookie"] ?? []) if (!COOKIE.test(cookie)) broken.push(`sets ${cookie}`);
  if (OF_OUR_CODE.test(text)) broken.push("shows code");
  const shown = text + JSON.stringify(headers);
  for (const secret of passwordsIn(written))
    if (shown.includes(secret)) broken.push(`repeats the password ${secret}`);
  return broken;
}

/** The passwords in a form: all of ours have spaces, which keeps them apart from what stands on a page anyway. */
function passwordsIn({ body = "" }: Written): string[] {
  return [...new URLSearchParams(body)]
    .filter(([name, value]) => /password/i.test(name) && value.includes(" ") && value.length >= 5)
    .map(([, value]) => value);
}
