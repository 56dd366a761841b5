// Requests of every kind, made from one seed, for the addresses a program has; who sends them is filled in later.
import { METHODS } from "node:http";
import fc from "fast-check";
import { elsewhere, filled, pathsOf, query } from "./odd-addresses.ts";
import { oddBytes, oddHeaderText, oddText } from "./odd-text.ts";

/** In a text: replaced by what the sender has at that moment. */
const ADDRESSES = ["{email}", "{newEmail}", "{neighbour}"] as const;
const PASSWORDS = ["{password}", "{newPassword}"] as const;
export const BLANKS = [...ADDRESSES, ...PASSWORDS, "{token}"] as const;

export interface Plan {
  who: "stranger" | "halfLoggedIn" | "member" | "bea";
  method: string;
  /** An address, or the number of a link or form that the sender has seen. */
  aim: { path: string } | { link: number } | { form: number };
  query: string;
  headers: Record<string, string>;
  /** For the hidden fields of a form, now and then. */
  hidden: string;
  /** Fields of a form (in place of the right ones where the aim is a form), or raw bytes. */
  body: [name: string, value: string][] | string;
}

/** As a browser sends them from one of our own pages, mostly. */
const browserHeaders = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ accept: "text/html", "sec-fetch-site": "same-origin" }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom({ accept: "application/json" }, { accept: "*/*" }, { accept: "image/png" }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ accept: oddHeaderText, "sec-fetch-site": fc.constantFrom("cross-site", "none") }),
  },
);
const HEADERS = [
  ..."host origin referer user-agent accept-language accept-encoding content-type content-encoding".split(
    " ",
  ),
  ..."x-forwarded-for x-forwarded-proto x-forwarded-host x-http-method-override forwarded x-request-id".split(
    " ",
  ),
  ..."authorization if-none-match if-modified-since range cookie2 te dnt".split(" "),
];
const headerValue = fc.constantFrom(
  "gzip",
  "bytes=0-1",
  "DELETE",
  "https",
  "127.0.0.1",
  "null",
  "evil.example",
);
const oddHeader = fc.tuple(fc.constantFrom(...HEADERS), fc.oneof(oddHeaderText, headerValue));
const headers = fc
  .tuple(browserHeaders, fc.array(oddHeader, { maxLength: 3 }))
  .map(([usual, odd]): Record<string, string> => ({ ...usual, ...Object.fromEntries(odd) }));

const aNumber = fc.nat(10_000);
const hidden = fc.oneof(elsewhere, oddText);
const emailValue = fc.oneof(fc.constantFrom(...ADDRESSES), oddText);
/** Never Bea's address: whoever takes it for a name is shown it on every page, in another browser too. */
const plainValue = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("{email}", "{token}", "Ada", "on", "/") },
  { weight: 2, arbitrary: oddText },
);
/** Never in another field, where it could be shown again; an odd one ends so that it stands on no page by chance. */
const passwordValue = fc.oneof(
  fc.constantFrom<string>(...PASSWORDS),
  oddText.map((text) => `${text.slice(0, 100)} qzxv`),
);

function fieldOf(name: string) {
  const other = /email/i.test(name) ? emailValue : plainValue;
  return fc.tuple(fc.constant(name), /password/i.test(name) ? passwordValue : other);
}

const who: fc.Arbitrary<Plan["who"]> = fc.oneof(
  { weight: 5, arbitrary: fc.constant("member" as const) },
  { weight: 3, arbitrary: fc.constant("stranger" as const) },
  { weight: 2, arbitrary: fc.constantFrom("halfLoggedIn" as const, "bea" as const) },
);

/** `routes` as the router knows them, `fields` as the forms on its pages name them. */
export function oddRequests(routes: string[], fields: string[]): fc.Arbitrary<Plan> {
  const name = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...fields) },
    { weight: 1, arbitrary: oddText },
  );
  const change = name.chain(fieldOf);
  const changes = fc.array(change, { maxLength: 4 });
  const toAddress = fc.record({
    who,
    method: fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom("GET", "GET", "POST", "HEAD") },
      { weight: 1, arbitrary: fc.constantFrom(...METHODS.filter((method) => method !== "CONNECT")) },
    ),
    aim: fc.oneof(fc.record({ path: pathsOf(routes) }), fc.record({ link: aNumber })),
    query,
    hidden,
    headers,
    body: fc.oneof(changes, fc.constant(""), oddBytes),
  });
  const pageOrForm = fc.record({
    who,
    method: fc.constantFrom("GET", "POST"),
    aim: fc.oneof(
      fc.record({ path: fc.constantFrom(...routes).chain(filled) }),
      fc.record({ link: aNumber }),
      fc.record({ form: aNumber }),
    ),
    query,
    hidden,
    headers,
    body: changes,
  });
  const rightForm = fc.record({
    who,
    method: fc.constant("POST"),
    aim: fc.record({ form: aNumber }),
    query: fc.constant(""),
    hidden,
    headers: fc.constant({ accept: "text/html", "sec-fetch-site": "same-origin" }),
    body: fc.array(change, { maxLength: 1 }),
  });
  return fc.oneof(toAddress, pageOrForm, rightForm);
}
