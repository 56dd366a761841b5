// A plan becomes a request when somebody sends it: with their cookie, their address, and the links and forms they have seen.
import { BLANKS, type Plan } from "./odd-requests.ts";
import { cookieOf, type Input, NEW_PASSWORD, type Person, tokensIn } from "./people.ts";
import type { Written } from "./wire.ts";

const NO_SUCH_TOKEN = "B".repeat(43);

/** `nth` makes addresses that nobody had before. */
export function dressed(plan: Plan, person: Person, neighbour: string, nth: number): Written {
  const domain = person.email.split("@")[1];
  const token = pick(tokensIn(person.mailed), nth) ?? NO_SUCH_TOKEN;
  const blanks: Record<(typeof BLANKS)[number], string> = {
    "{email}": person.email,
    "{newEmail}": `new${nth}@${domain}`,
    "{neighbour}": neighbour,
    "{password}": person.password,
    "{newPassword}": NEW_PASSWORD,
    "{token}": token,
  };
  const fill = (text: string) => BLANKS.reduce((so, blank) => so.replaceAll(blank, blanks[blank]), text);

  const { path, right } = aimed(plan, person, nth);
  const fields = typeof plan.body === "string" ? null : [...right, ...plan.body];
  const body = fields ? encoded(fields.map(([name, text]) => [name, fill(text)])) : String(plan.body);
  const hasBody = plan.method !== "TRACE" && body !== "";
  return {
    method: plan.method,
    path: fill(path) + plan.query,
    headers: {
      ...cookieOf(person),
      ...(hasBody && { "content-type": "application/x-www-form-urlencoded" }),
      ...plan.headers,
    },
    ...(hasBody && { body }),
  };
}

type Fields = [name: string, value: string][];

/** Where it goes, and the fields of the form there as a person would fill it in, unless the plan has others. */
function aimed(plan: Plan, { mailed, links, forms }: Person, nth: number): { path: string; right: Fields } {
  const { aim, body, hidden } = plan;
  if ("path" in aim) return { path: aim.path, right: [] };
  if ("link" in aim) return { path: pick([...mailed, ...links], aim.link) ?? "/", right: [] };
  const [path, inputs] = pick([...forms], aim.form) ?? ["/", []];
  const changed = new Set(typeof body === "string" ? [] : body.map(([name]) => name));
  const kept = inputs.filter(({ name }) => !changed.has(name));
  return { path, right: kept.map((input) => [input.name, rightFor(input, hidden, nth)]) };
}

function rightFor({ type, value, isNewPassword }: Input, hidden: string, nth: number): string {
  if (type === "email") return pick(["{email}", "{email}", "{newEmail}", "{neighbour}"], nth >> 3) ?? "";
  if (type === "password") return isNewPassword ? "{newPassword}" : "{password}";
  if (type === "hidden" && nth % 2 === 0) return hidden;
  return value || "Ada";
}

const pick = <Thing>(things: Thing[], nth: number): Thing | undefined => things[nth % (things.length || 1)];

function encoded(fields: Fields): string {
  return fields
    .map((pair) => pair.map((text) => encodeURIComponent(text.toWellFormed())).join("="))
    .join("&");
}
