// HTTP requests as no client should write them.
import fc from "fast-check";
import { oddBytes, oddText } from "./odd-text.ts";

export const HOST = "Host: site.example\r\n";

/** A character for each byte. */
export const line = oddText.map((text) => Buffer.from(text.toWellFormed()).toString("latin1"));
const TARGETS = [
  ...["OPTIONS * HTTP/1.1", "GET * HTTP/1.1", "CONNECT evil.example:443 HTTP/1.1", "PRI * HTTP/2.0"],
  ...["GET http://evil.example/profile HTTP/1.1", "GET //evil.example/ HTTP/1.1", "GET profile HTTP/1.1"],
];
const method = fc.constantFrom("GET", "POST", "get", "BREW", "");
const version = fc.constantFrom("HTTP/1.1", "HTTP/9.9", "HTTP/0.9", "");
const requestLine = fc.oneof(
  fc.tuple(line, line, line).map((three) => three.join(" ")),
  fc.tuple(method, line, version).map((three) => three.join(" ")),
  fc.constantFrom(...TARGETS),
);

const HEADERS = [
  ...[HOST, "Host: a\r\nHost: b\r\n", "Content-Length: -1\r\n", "Content-Length: 5\r\nContent-Length: 6\r\n"],
  ...[
    "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
    "Transfer-Encoding: x, chunked\r\n",
    "Expect: x\r\n",
  ],
  ...[
    "Expect: 100-continue\r\n",
    "Upgrade: websocket\r\nConnection: Upgrade\r\n",
    " folded: x\r\n",
    "\n",
    "\r",
  ],
];
const header = fc.oneof(
  line.map((text) => `${text}\r\n`),
  fc.tuple(line, line).map(([name, value]) => `${name}: ${value}\r\n`),
  fc.constantFrom(...HEADERS),
  fc.constantFrom(...HEADERS),
  fc.constant(`X-Giant: ${"x".repeat(20_000)}\r\n`),
);

const CHUNKS = [
  ...["5\r\nhello\r\n0\r\n\r\n", "zz\r\nhello\r\n", "ffffffffffffffff\r\nx", "-1\r\nx\r\n"],
  ...["5;x=\0\r\nhello\r\n", "5\r\nhello, this is longer\r\n"],
];
const body = fc.oneof(oddBytes, fc.constantFrom("", ...CHUNKS));

/** Its pieces are odd one by one, so that some of it comes far. */
export const malformed = fc
  .tuple(requestLine, fc.constantFrom(HOST, HOST, ""), fc.array(header, { maxLength: 3 }), body)
  .map(([first, host, headers, rest]) => `${first}\r\n${host}${headers.join("")}\r\n${rest}`);
