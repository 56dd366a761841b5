// A User-Agent header in words: "Firefox on Windows".
import Bowser from "bowser";

const UNKNOWN = "Unknown browser";

/**
 * Whoever sends the header chooses it, so this describes a browser and proves nothing; and only names we know are
 * repeated, because the words end up in a mail.
 */
export function describeBrowser(userAgent: string): string {
  if (!userAgent) return UNKNOWN;
  const { browser, os } = Bowser.parse(userAgent);
  const name = known(Bowser.BROWSER_MAP, browser.name) ?? UNKNOWN;
  const system = known(Bowser.OS_MAP, os.name);
  return system ? `${name} on ${system}` : name;
}

function known(names: Record<string, string>, name: string | undefined): string | undefined {
  return Object.values(names).find((candidate) => candidate === name);
}
