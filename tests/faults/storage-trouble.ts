// What visitors must find while nothing can be written, and once it can again.
import { expect } from "vitest";
import { type Answer, Connection } from "../support/connection.ts";
import { type Server, serveCompiled } from "./serve-compiled.ts";
import { damageIn, halvesIn, rowsOf } from "./stored-rows.ts";

const PASSWORD = "seven moths under glass";
const ADA = { firstName: "Ada", lastName: "Lovelace", email: "ada@example.com", password: PASSWORD };
const LATE = { ...ADA, email: "late@example.com" };
// A mail server that is not there: every mail stays in its table, where it can be counted.
export const NO_MAIL = { MAIL_TRANSPORT: "smtp", SMTP_URL: "smtp://127.0.0.1:1" };

export interface Site {
  server: Server;
  /** Logged in since before the trouble. */
  ada: Connection;
}

export async function siteWithMember(folder?: string): Promise<Site> {
  const server = await serveCompiled({ env: NO_MAIL, ...(folder && { folder }) });
  const ada = new Connection(server.origin);
  await expectAnswers([() => ada.post("/register", ADA), () => ada.post("/login", ADA_LOGIN)], 303);
  // Long enough ago that reading any page would write down that she is here.
  await rowsOf(server.folder, "UPDATE user_sessions SET last_seen_at = last_seen_at - 120000 RETURNING id");
  return { server, ada };
}

const ADA_LOGIN = { email: ADA.email, password: PASSWORD };

/** Guests and members read on. */
export async function expectReading({ server, ada }: Site): Promise<void> {
  const guest = new Connection(server.origin);
  await expectAnswers(
    ["/", "/login", "/register", "/healthz"].map((path) => () => guest.get(path)),
    200,
  );
  const profile = await ada.get("/profile");
  expect([profile.status, profile.text]).toEqual([200, expect.stringContaining('value="Lovelace"')]);
}

/** Every write is refused calmly, with the moment to come back. */
export async function expectRefusedWrites(site: Site): Promise<void> {
  const { ada } = site;
  await expectRefusedGuests(site);
  await expectRefusals([
    () => ada.post("/profile", { firstName: "Grace", lastName: "Hopper" }),
    () => ada.post("/change-password", { currentPassword: PASSWORD, password: "eleven otters paint" }),
    () => ada.post("/logout"),
  ]);
}

/** Of somebody who has no session yet. */
export async function expectRefusedGuests({ server: { origin } }: Site): Promise<void> {
  const guest = () => new Connection(origin);
  await expectRefusals([
    () => guest().post("/login", ADA_LOGIN),
    () => guest().post("/login", { ...ADA_LOGIN, password: "not her password" }),
    () => guest().post("/register", LATE),
    () => guest().post("/forgot-password", { email: ADA.email }),
  ]);
}

async function expectRefusals(writes: (() => Promise<Answer>)[]): Promise<void> {
  for (const write of writes) {
    const { status, headers, text } = await write();
    expect([write.toString(), status]).toEqual([write.toString(), 503]);
    expect(Number(headers["retry-after"])).toBeGreaterThan(0);
    expect(text).toContain("<h1>Busy at the moment</h1>");
    expect(text).not.toMatch(/sqlite|database|disk/i);
  }
}

/** Nothing of what was refused has happened by half, all of it can be done now, and the files are whole. */
export async function expectRecovery(site: Site): Promise<void> {
  const { server, ada } = site;
  await expectReading(site);
  const [guest, late] = [new Connection(server.origin), new Connection(server.origin)];
  await expectAnswers([() => guest.post("/login", { ...ADA_LOGIN, password: "not her password" })], 422);
  await expectAnswers(
    [
      () => late.post("/register", LATE),
      () => late.post("/login", { email: LATE.email, password: PASSWORD }),
      () => guest.post("/login", ADA_LOGIN),
      () => guest.post("/forgot-password", { email: ADA.email }),
      () => ada.post("/profile", { firstName: "Grace", lastName: "Hopper" }),
      () => ada.post("/logout"),
    ],
    303,
  );
  expect((await ada.get("/profile")).status).toBe(302);
  server.process.kill("SIGTERM");
  expect(await server.ended).toMatchObject({ code: 0, stderr: [] });
  expect([...damageIn(server.folder), ...(await halvesIn(server.folder))]).toEqual([]);
  expect(await rowsOf(server.folder, "SELECT email, last_name FROM users ORDER BY email")).toEqual([
    { email: ADA.email, last_name: "Hopper" },
    { email: LATE.email, last_name: "Lovelace" },
  ]);
}

async function expectAnswers(requests: (() => Promise<{ status: number }>)[], status: number): Promise<void> {
  for (const request of requests)
    expect([request.toString(), (await request()).status]).toEqual([request.toString(), status]);
}
