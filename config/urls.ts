// Reading URLs, wherever one is typed: in a setting, in a header, in ?next=.

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/** null for what is none. Not URL.canParse: on Node 20 it refuses letters like ü once it has been called often enough. */
export function parseUrl(text: string, base?: string): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}

/** A host name as URL gives it that can only mean this machine: nobody listens in between. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.includes(hostname);
}
