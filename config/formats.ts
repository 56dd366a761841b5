// What the variables of the environment may look like: one zod type for each kind of value, with the fix in its message.
import { BlockList, isIP } from "node:net";
import { z } from "zod";
import { parseUrl } from "./urls.ts";

const MIN_SECRET_LENGTH = 32;

/** A whole number within bounds; the example in its message is the default. */
export const whole = (low: number, high: number, fallback: number) => {
  const message = `must be a whole number from ${low} to ${high}, for example ${fallback}`;
  return z
    .string()
    .regex(/^\d+$/, message)
    .transform(Number)
    .pipe(z.number().min(low, message).max(high, message))
    .prefault(String(fallback));
};

export const httpUrl = (message: string) =>
  z.string().refine((text) => /^https?:$/.test(parseUrl(text)?.protocol ?? ""), message);

/** Scheme, host and port, and nothing after them. */
export const origin = httpUrl("must be the site's public address, for example https://example.com").refine(
  (text) => parseUrl(text) === null || !/^https?:/i.test(text) || /^https?:\/\/[^/?#@\\]+\/?$/i.test(text),
  "must be only scheme, host and port, without a path, for example https://example.com",
);

/** A file, or a PostgreSQL server with the name of a database on it. */
export const databaseUrl = z
  .string()
  .refine(
    (text) => /^sqlite:./.test(text) || /^postgres(ql)?:$/.test(parseUrl(text)?.protocol ?? ""),
    "must be sqlite:PATH, for example sqlite:users.db, or postgres://user:password@host:port/database",
  )
  .refine(
    (text) => !/^sqlite:(.*[/\\])?sessions\.db$/.test(text),
    "must not be sessions.db: that file is for sessions and may be deleted",
  );

/** A mail server, with what it asks for to let us in. */
export const smtpUrl = z
  .string()
  .refine((text) => /^smtps?:\/\/./.test(text) && parseUrl(text)?.hostname, {
    error: "must be smtp://user:pass@host:port",
    abort: true,
  })
  .refine(
    (text) => canBeDecoded(parseUrl(text)),
    "must have every % of its user and password written as %25, for example smtp://user:100%25@host:port",
  );

function canBeDecoded(url: URL | null): boolean {
  try {
    decodeURIComponent(`${url?.username}:${url?.password}`);
    return true;
  } catch {
    return false;
  }
}

/** How many proxies stand in front, or their networks. */
export const hopsOrNetworks = z.string().transform((text, context): number | string[] => {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  const networks = text.split(",").map((network) => network.trim());
  if (networks.every(isNetwork)) return networks;
  context.addIssue(
    "must be the number of proxies in front (for example 1) or their networks (for example 10.0.0.0/8,127.0.0.1); true would let anyone forge an address",
  );
  return z.NEVER;
});

function isNetwork(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const family = isIP(address);
  // Express does not read ::10.0.0.1 and the like, the long-dead way to write an IPv4 address in an IPv6 one.
  const isCompatible = family === 6 && address.includes(".") && !/^::ffff:/i.test(address);
  // A /0 is everybody: TRUST_PROXY=true in other words.
  if (
    family === 0 ||
    isCompatible ||
    Number(bits) === 0 ||
    rest.length > 0 ||
    (bits !== undefined && !/^\d{1,3}$/.test(bits))
  )
    return false;
  try {
    new BlockList().addSubnet(address, Number(bits ?? 0), family === 6 ? "ipv6" : "ipv4");
    return true;
  } catch {
    return false;
  }
}

/** The first signs, all verify. */
export const secrets = z
  .string()
  .transform((text) => text.split(",").map((secret) => secret.trim()))
  .refine(
    (list) => list.every((secret) => secret.length >= MIN_SECRET_LENGTH),
    `must be one or more secrets of at least ${MIN_SECRET_LENGTH} characters, separated by commas; make one with: openssl rand -base64 32`,
  );
