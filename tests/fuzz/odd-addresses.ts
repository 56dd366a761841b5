// Paths and queries of every kind, for the addresses a program has.
import fc from "fast-check";
import { oddText } from "./odd-text.ts";

/** What stands in no URL is written in percents: Node itself refuses it, before our code sees the request. */
const inUrl = (text: string) => text.toWellFormed().replace(/[^\x21-\x7e]+/g, encodeURIComponent);
const oddPart = fc.oneof(
  oddText.map((text) => encodeURIComponent(text.toWellFormed()).slice(0, 1_500)),
  oddText.map((text) => inUrl(text).slice(0, 1_500)),
);
const parameter = fc.oneof(fc.constant("{token}"), fc.constant("A".repeat(43)), oddPart);

/** "/sessions/:id/end" with something in place of ":id". */
export const filled = (route: string) =>
  fc.array(parameter, { minLength: 2, maxLength: 2 }).map((parts) => {
    let nth = 0;
    return route.replace(/:\w+/g, () => parts[nth++ % 2] ?? "");
  });

/** `routes` as the router knows them: with odd parameters, odd spellings, and things before and after. */
export function pathsOf(routes: string[]) {
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

/** What a browser would follow to another site, or could not read. */
export const elsewhere = fc.constantFrom(
  ...["//evil.example", "https://evil.example/", "/\\evil.example", "/\t/evil.example", "/..//evil.example"],
  ...["/%zz", "/%ff", "/%", "/\ud800", "javascript:alert(1)"],
);
export const query = fc.oneof(
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
