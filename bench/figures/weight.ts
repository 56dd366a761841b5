// How many bytes each page is on the wire: status line, headers and HTML.
import { connect } from "node:net";
import { createAccounts, logIn, loginRequest } from "../accounts.ts";
import type { Figure, Result } from "../figure.ts";
import { startAuthFlow } from "../server.ts";

const PUBLIC_PAGES = ["/", "/login", "/register", "/forgot-password", "/verify-email"];
const PAGES_BEHIND_THE_WALL = ["/dashboard", "/profile"];

export const weight: Figure = { name: "weight", measure };

async function measure(): Promise<Result[]> {
  const { origin, folder, stop } = await startAuthFlow();
  const [account] = await createAccounts(folder, 1);
  if (!account) throw new Error("no account");
  const cookie = await logIn(origin, loginRequest(account));
  const results: Result[] = [];
  for (const path of PUBLIC_PAGES) results.push(await weigh(origin, path));
  for (const path of PAGES_BEHIND_THE_WALL) results.push(await weigh(origin, path, cookie));
  await stop();
  return results;
}

async function weigh(origin: string, path: string, cookie?: string): Promise<Result> {
  const answer = await wholeAnswer(origin, path, cookie);
  const headers = answer.indexOf("\r\n\r\n") + 4;
  return {
    name: `weight ${path}`,
    means: "bytes on the wire",
    value: answer.length,
    unit: "bytes",
    parts: { headers: [headers], html: [answer.length - headers] },
    problems: answer.toString("latin1").startsWith("HTTP/1.1 200 ") ? [] : ["the answer was not 200"],
  };
}

/** As it comes, uncounted by any client. */
function wholeAnswer(origin: string, path: string, cookie: string | undefined): Promise<Buffer> {
  const { hostname, port, host } = new URL(origin);
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    const socket = connect(Number(port), hostname);
    socket.on("data", (piece) => pieces.push(piece));
    socket.once("end", () => resolve(Buffer.concat(pieces)));
    socket.once("error", reject);
    const lines = [`GET ${path} HTTP/1.1`, `Host: ${host}`, "Accept: text/html", "Connection: close"];
    if (cookie) lines.push(`Cookie: ${cookie}`);
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  });
}
