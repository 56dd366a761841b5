// Requests of every kind, made from one seed, for the addresses a program has; who sends them is filled in later.
import { METHODS } from "node:http";
import fc from "fast-check";
import { oddBytes, oddHeaderText, oddText } from "./odd-text.ts";

/** In a text: replaced by what the sender has at that moment. */
export const BLANKS = [
  "{email}",
  "{newEmail}",
  "{neighbour}",
  "{password}",
  "{newPassword}",
  "{token}",
] as const;

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

/** What stands in no URL is written in percents: Node itself refuses it, before our code sees the request. */
const inUrl = (text: string) => text.toWellFormed().replace(/[^\x21-\x7e]+/g, encodeURIComponent);
const oddPart = fc.oneof(
  oddText.map((text) => encodeURIComponent(text.toWellFormed()).slice(0, 1_500)),
  oddText.map((text) => inUrl(text).slice(0, 1_500)),
);
const parameter = fc.oneof(fc.constant("{token}"), fc.constant("A".repeat(43)), oddPart);

const filled = (route: string) =>
  fc.array(parameter, { minLength: 2, maxLength: 2 }).map((parts) => {
    let nth = 0;
    return route.replace(/:\w+/g, () => parts[nth++ % 2] ?? "");
  });

function pathsOf(routes: string[]) {
  const known = fc.constantFrom(...routes).chain(filled);
  return fc.oneof(
    { weight: 6, arbitrary: known },
    { weight: 1, arbitrary: known.map((path) => `${path}/`.toUpperCase()) },
    { weight: 1, arbitrary: fc.tuple(known, oddPart).map(([path, odd]) => path + odd) },
    { weight: 1, arbitrary: fc.tuple(oddPart, known).map(([odd, path]) => `/${odd}${path}`) },
    { weight: 1, arbitrary: oddPart.map((odd) => `/${odd}`) },
    {
      weight: 1,
      arbitrary: fc.constantFrom("/css/app.css", "/js/forms.js", "/favicon.svg", "/css/../../package.json"),
    },
  );
}

const aNumber = fc.nat(10_000);
const elsewhere = fc.constantFrom(
  ...["//evil.example", "https://evil.example/", "/\\evil.example", "/\t/evil.example", "/..//evil.example"],
  ...["/%zz", "/%ff", "/%", "/\ud800", "javascript:alert(1)"],
);
const hidden = fc.oneof(elsewhere, oddText);
const query = fc.oneof(
  { weight: 3, arbitrary: fc.constant("") },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom("next", "page", "format", "v", "_method", "email"),
        fc.oneof(oddPart, elsewhere.map(inUrl)),
      )
      .map((pair) => `?${pair.join("=")}`),
  },
  { weight: 1, arbitrary: elsewhere.map((odd) => `?next=${encodeURIComponent(odd.toWellFormed())}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("?page=2", "?format=csv", "?page=1&page=2", "?next[]=//e.test", "?%zz"),
  },
  { weight: 1, arbitrary: oddPart.map((odd) => `?${odd}`) },
);

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
const oddHeader = fc.tuple(
  fc.constantFrom(
    ...[
      "host",
      "origin",
      "referer",
      "user-agent",
      "accept-language",
      "accept-encoding",
      "content-type",
      "range",
    ],
    ...[
      "content-encoding",
      "x-forwarded-for",
      "x-forwarded-proto",
      "x-forwarded-host",
      "x-http-method-override",
    ],
    ...[
      "authorization",
      "if-none-match",
      "if-modified-since",
      "cookie2",
      "x-request-id",
      "forwarded",
      "te",
      "dnt",
    ],
  ),
  fc.oneof(
    oddHeaderText,
    fc.constantFrom("gzip", "bytes=0-1", "DELETE", "https", "127.0.0.1", "null", "evil.example"),
  ),
);
const headers = fc
  .tuple(browserHeaders, fc.array(oddHeader, { maxLength: 3 }))
  .map(([usual, odd]): Record<string, string> => ({ ...usual, ...Object.fromEntries(odd) }));

const plainValue = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom("{email}", "{newEmail}", "{neighbour}", "{token}", "Ada", "on", "/"),
  },
  { weight: 2, arbitrary: oddText },
);
/** Never in another field, where it could be shown again; an odd one ends so that it stands on no page by chance. */
const passwordValue = fc.oneof(
  fc.constantFrom("{password}", "{newPassword}"),
  oddText.map((text) => `${text.slice(0, 100)} qzxv`),
);

const fieldOf = (name: string) =>
  fc.tuple(fc.constant(name), /password/i.test(name) ? passwordValue : plainValue);

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
