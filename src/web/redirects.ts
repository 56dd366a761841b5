// Where `?next=` may lead: a path on this site, and nowhere else.
import { parseUrl } from "../../config/urls.ts";

const MAX_LENGTH = 512;
// Backslashes are slashes to a browser, and tabs and line breaks vanish from a URL.
const UNSAFE = /[\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const ELSEWHERE = "https://elsewhere.invalid";

/** The path with its query, or null for anything that could leave the site. */
export function safePath(value: unknown): string | null {
  if (typeof value !== "string" || value.length > MAX_LENGTH || !value.startsWith("/") || UNSAFE.test(value))
    return null;
  const url = parseUrl(value, ELSEWHERE);
  if (!url) return null;
  const path = url.pathname + url.search + url.hash;
  // "/..//evil" becomes "//evil" only after parsing, so what comes out is looked at, not what went in. It may also have
  // grown (ü is %C3%BC), and is judged again when the form brings it back.
  return url.origin === ELSEWHERE && !path.startsWith("//") && path.length <= MAX_LENGTH ? path : null;
}

/** A link to the login page that leads back to `path`. */
export function loginPath(path: string | null): string {
  return path && path !== "/" ? `/login?next=${encodeURIComponent(path)}` : "/login";
}
