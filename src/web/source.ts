// Where a request comes from, as the log, the limits and the list of logins need it.
import { isIPv6, SocketAddress } from "node:net";
import type { Request } from "express";

const USER_AGENT_MAX_CHARACTERS = 300;

export interface Source {
  ip: string;
  /** What counts as one source: an IPv4 address, or the /64 that an IPv6 customer is given. */
  network: string;
  userAgent: string;
  requestId: string;
}

export function sourceOf(req: Request): Source {
  const ip = ipv4Of(withoutPort(req.ip ?? "unknown"));
  const userAgent = (req.get("user-agent") ?? "").slice(0, USER_AGENT_MAX_CHARACTERS).toWellFormed();
  return { ip, network: networkOf(ip), userAgent, requestId: req.id };
}

/** Some proxies forward "203.0.113.7:4711" or "[2001:db8::1]:4711"; each port is not a client of its own. */
function withoutPort(address: string): string {
  return (
    /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(address)?.[1] ?? /^\[(.+)\](?::\d+)?$/.exec(address)?.[1] ?? address
  );
}

/** An IPv4 address in an IPv6 one (::ffff:203.0.113.7, or the same in hexadecimal) as what it is; others as they are. */
function ipv4Of(ip: string): string {
  if (!/^::ffff:/i.test(ip) || !isIPv6(ip)) return ip;
  return new SocketAddress({ address: ip, family: "ipv6" }).address.replace(/^::ffff:/i, "");
}

export function networkOf(ip: string): string {
  const address = ip.split("%")[0] ?? "";
  if (!isIPv6(address)) return ip;
  const [head = "", tail] = address.toLowerCase().split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail ? tail.split(":") : [];
  const zeros =
    tail === undefined ? [] : Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0");
  const groups = [...left, ...zeros, ...right]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16));
  return `${groups.join(":")}::/64`;
}
