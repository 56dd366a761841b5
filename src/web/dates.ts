// Moments in words, for pages and mails: always in UTC, because the server does not know where the reader is.

const FORMAT = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });

/** Milliseconds since 1970 → "23 November 2026, 12:30 UTC". */
export function inUtc(at: number): string {
  return `${FORMAT.format(at).replace(" at ", ", ")} UTC`;
}
