// A User-Agent header in words: "Firefox on Windows".
import Bowser from "bowser";

const UNKNOWN = "Unknown browser";

/** Whoever sends the header chooses it, so this describes a browser and proves nothing. */
export function describeBrowser(userAgent: string): string {
  if (!userAgent) return UNKNOWN;
  const { browser, os } = Bowser.parse(userAgent);
  return os.name ? `${browser.name || UNKNOWN} on ${os.name}` : browser.name || UNKNOWN;
}
