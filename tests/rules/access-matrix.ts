// Who may do what: every address and method of the program, and how it answers each kind of visitor.
import { existsSync } from "node:fs";
import { join } from "node:path";

/**
 * The visitors:
 *   guest       nobody we know
 *   unverified  has just registered in this browser, and has opened no link
 *   half        has typed the right password, and a login step is still to be done
 *   member      logged in, but typed the password longer ago than requireRecentAuth allows
 *   confirmed   logged in, and typed the password again a moment ago
 *
 * What they get, for a POST with an empty form and a link or id that does not exist:
 *   page        200
 *   login       sent to the login page, and from there back to this address
 *   confirm     sent to "Confirm it's you", and from there back to this address
 *   /path       sent there
 *   a number    that status: 401 log in first, 404 no such thing, 410 spent link, 422 errors in the form
 * One word alone is for everybody.
 *
 * Each part belongs to the folder of src/features after "##", and holds while that folder is there.
 * A method that has no line is refused: the test sees to it.
 */
const TABLE = `
                                      guest     unverified  half      member    confirmed

## home
GET   /                               page

## dashboard
GET   /dashboard                      login     login       login     page      page

## register
GET   /register                       page      page        page      /         /
POST  /register                       422       422         422       /         /

## login
GET   /login                          page      page        page      /         /
POST  /login                          422       422         422       /         /

## logout
GET   /logout                         login     login       login     page      page
POST  /logout                         /login

## password-reset
GET   /forgot-password                page
POST  /forgot-password                422
GET   /reset-password/:token          410
GET   /reset-password                 410
POST  /reset-password                 410

## change-password
GET   /change-password                login     login       login     page      page
POST  /change-password                401       401         401       422       422
GET   /.well-known/change-password    /change-password

## confirm-password
GET   /confirm-password               login     login       login     page      page
POST  /confirm-password               401       401         401       422       422

## profile
GET   /profile                        login     login       login     page      page
POST  /profile                        401       401         401       422       422

## health
GET   /healthz                        page
GET   /readyz                         page

## email-verification
GET   /verify-email                   page
POST  /verify-email                   422
GET   /verify-email/:token            410
POST  /verify-email/:token            410

## change-email
GET   /change-email                   login     login       login     confirm   page
POST  /change-email                   401       401         401       confirm   422
GET   /confirm-email/:token           410
POST  /confirm-email/:token           410
GET   /undo-email-change/:token       410
POST  /undo-email-change/:token       410

## sessions
GET   /sessions                       login     login       login     page      page
POST  /sessions/:id/end               401       401         401       confirm   404
POST  /sessions/end-others            401       401         401       confirm   /sessions

## security-log
GET   /security-log                   login     login       login     page      page

## delete-account
GET   /delete-account                 login     login       login     confirm   page
POST  /delete-account                 401       401         401       confirm   422

## dev-mailbox
GET   /dev/mailbox                    page
GET   /dev/mailbox/:id                404
GET   /dev/mailbox/:id/html           404
`;

export const KINDS = ["guest", "unverified", "half", "member", "confirmed"] as const;
export type Kind = (typeof KINDS)[number];

export interface Row {
  method: string;
  path: string;
  outcomes: Record<Kind, string>;
}

/** The rows of the features that are there. */
export const ROWS: Row[] = rowsOf(TABLE);

/** Is it in this program? An optional feature may have been removed. */
export function hasFeature(name: string): boolean {
  return existsSync(join(import.meta.dirname, "../../src/features", name));
}

function rowsOf(table: string): Row[] {
  const parts = table.split(/^## /m).slice(1);
  return parts.flatMap((part) => {
    const [feature = "", ...lines] = part.split("\n").filter((line) => line.trim() !== "");
    return hasFeature(feature.trim()) ? lines.map(rowOf) : [];
  });
}

function rowOf(line: string): Row {
  const [method = "", path = "", ...words] = line.trim().split(/\s+/);
  if (words.length !== 1 && words.length !== KINDS.length)
    throw new Error(`This row needs ${KINDS.length} outcomes, or one for everybody: ${line}`);
  const named = Object.fromEntries(KINDS.map((kind, index) => [kind, words[index] ?? words[0]]));
  return { method, path, outcomes: named as Record<Kind, string> };
}
