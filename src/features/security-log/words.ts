// The events in words a person understands; one that is not listed here is shown under its own name.
import { describeBrowser } from "../../web/browser.ts";
import type { LoggedEvent } from "./log.ts";

const WORDS: Record<string, string> = {
  register: "Account opened",
  login: "Logged in",
  "login-waits-for-email-verification": "Right password, but the email address is not confirmed",
  logout: "Logged out",
  "login-ended": "A login on another device ended",
  "other-logins-ended": "All other logins ended",
  "password-changed": "Password changed",
  "password-reset": "Password reset by email",
  "password-confirmed": "Password confirmed",
  "email-verified": "Email address confirmed",
  "email-change-requested": "Change of email address asked for",
  "email-changed": "Email address changed",
  "email-change-undone": "Change of email address undone",
  "profile-changed": "Name changed",
};

const FAILED: Record<string, string> = {
  login: "Login failed",
  "password-confirmed": "Wrong password when asked to confirm",
  "password-changed": "Wrong current password when changing it",
  register: "Somebody tried to register with your address",
};

export function inWords({ event, outcome }: LoggedEvent): string {
  const known = WORDS[event] ?? event;
  return outcome === "success" ? known : (FAILED[event] ?? known);
}

/** RFC 4180. A cell that a spreadsheet would run as a formula is made plain text by the quote in front. */
export function asCsv(events: LoggedEvent[]): string {
  const rows = events.map((event) => [
    new Date(event.at).toISOString(),
    inWords(event),
    event.outcome,
    event.ip,
    describeBrowser(event.userAgent),
  ]);
  return [["time", "event", "outcome", "address", "browser"], ...rows]
    .map((row) => `${row.map(cell).join(",")}\r\n`)
    .join("");
}

function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${plain.replaceAll('"', '""')}"`;
}
