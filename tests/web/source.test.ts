import type { Request } from "express";
import { describe, expect, it } from "vitest";
import { networkOf, sourceOf } from "../../src/web/source.ts";

const request = (ip: string | undefined, userAgent?: string) =>
  ({ ip, id: "request-1", get: () => userAgent }) as unknown as Request;

describe("what counts as one source", () => {
  it.each([
    ["203.0.113.7", "203.0.113.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"],
    ["2001:0db8:0001:0002::1", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["2001:db8::1:2:3:4:5", "2001:db8:0:1::/64"],
    ["2001:db8:1:2:3:4:5::", "2001:db8:1:2::/64"],
    ["::1", "0:0:0:0::/64"],
    ["::", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["fe80::1%25", "fe80:0:0:0::/64"],
    ["64:ff9b::192.0.2.1", "64:ff9b:0:0::/64"],
    ["unknown", "unknown"],
    ["", ""],
  ])("%s → %s", (ip, network) => {
    expect(networkOf(ip)).toBe(network);
  });

  it("is one /64, however its addresses are written, and its neighbour is another", () => {
    const spellings = [
      "2001:db8:0:5::9",
      "2001:db8::5:0:0:0:9",
      "2001:0DB8:0000:0005:0:0:0:9",
      "2001:db8:0:5:a:b:c:d",
    ];
    expect(new Set(spellings.map(networkOf)).size).toBe(1);
    expect(networkOf("2001:db8:0:6::9")).not.toBe(networkOf("2001:db8:0:5::9"));
  });
});

describe("the source of a request", () => {
  it.each(["::ffff:203.0.113.7", "::FFFF:203.0.113.7", "203.0.113.7"])(
    "is the IPv4 address, also where the socket writes it as %s",
    (ip) => {
      expect(sourceOf(request(ip))).toMatchObject({ ip: "203.0.113.7", network: "203.0.113.7" });
    },
  );

  it("keeps two IPv4 clients apart, also where a proxy writes their addresses as IPv6 in hexadecimal", () => {
    const [one, other] = ["::ffff:cb00:7107", "::ffff:c633:6401"].map((ip) => sourceOf(request(ip)).network);
    expect(one).not.toBe(other);
  });

  it("is unknown when the connection is gone already", () => {
    expect(sourceOf(request(undefined))).toMatchObject({ ip: "unknown", network: "unknown" });
  });

  it("carries the browser's name, cut to a length and without broken characters", () => {
    expect(sourceOf(request("::1", "Firefox/140")).userAgent).toBe("Firefox/140");
    expect(sourceOf(request("::1")).userAgent).toBe("");
    expect(sourceOf(request("::1", "x".repeat(10_000))).userAgent).toHaveLength(300);
    const cut = sourceOf(request("::1", `${"x".repeat(299)}🦉`)).userAgent;
    expect([cut.length, cut.isWellFormed()]).toEqual([300, true]);
  });

  it("names the request, so that a log line can be found again", () => {
    expect(sourceOf(request("::1")).requestId).toBe("request-1");
  });
});
