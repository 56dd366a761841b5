// Two programs on one PostgreSQL, as behind a proxy that sends each request to either of them.
import { describe, expect, it } from "vitest";
import { run } from "../server/program.ts";
import { startApp } from "../support/app.ts";
import { freePort } from "../support/free-port.ts";
import { databaseUrlIn, postgresServer, temporaryFolder } from "../support/storage.ts";
import { ADA, loggedIn, registered, type Visitor } from "../support/visitor.ts";

/** Both are known by one address: that of the proxy in front. */
async function twoApps(env: Record<string, string> = {}) {
  const folder = temporaryFolder();
  const BASE_URL = "http://localhost:3000";
  const start = () => startApp({ folder, env: { BASE_URL, ...env } });
  return [await start(), await start()] as const;
}

/** The same browser, whose next requests go to the other program. */
function carriedOver(visitor: Visitor, other: Visitor): Visitor {
  other.headers = { cookie: `sid=${visitor.cookie}` };
  return other;
}

describe.runIf(postgresServer)("two programs on one PostgreSQL", () => {
  it("know each other's logins, and a logout on one is a logout on both", async () => {
    const [one, other] = await twoApps();
    const ada = await loggedIn(one.visitor());
    const there = carriedOver(ada, other.visitor());
    expect((await there.get("/dashboard")).status).toBe(200);
    await there.post("/logout");
    expect((await ada.get("/dashboard")).status).toBe(302);
    expect((await there.get("/dashboard")).status).toBe(302);
  });

  it("end every other login everywhere when the password is changed on one", async () => {
    const [one, other] = await twoApps();
    const ada = await loggedIn(one.visitor());
    const phone = other.visitor();
    await phone.logIn();
    await ada.fillIn("/change-password", {
      currentPassword: ADA.password,
      password: "eleven copper kites at noon",
    });
    expect((await phone.get("/dashboard")).status).toBe(302);
    expect((await ada.get("/dashboard")).status).toBe(200);
  });

  it("count guesses once, wherever they arrive", async () => {
    const [one, other] = await twoApps({ RATE_LIMIT_SCALE: "1" });
    await registered(one.visitor());
    const guesses = Array.from({ length: 20 }, (_, number) =>
      [one, other][number % 2]?.visitor().logIn({ ...ADA, password: `guess number ${number}, wrong` }),
    );
    const statuses = (await Promise.all(guesses)).map((answer) => answer?.status);
    expect(statuses.filter((status) => status === 422)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(15);
  });

  it("send each mail once, and either sends what the other could not", async () => {
    const [one, other] = await twoApps();
    const people = Array.from({ length: 12 }, (_, number) => ({ ...ADA, email: `ada${number}@example.com` }));
    await Promise.all(people.map((person, number) => [one, other][number % 2]?.visitor().register(person)));
    await Promise.all([one.mailer.deliverDue(), other.mailer.deliverDue()]);
    const recipients = (await one.mailbox.all()).map(({ recipient }) => recipient);
    expect(recipients.toSorted()).toEqual(people.map(({ email }) => email).toSorted());
  });

  it("let one of twenty at once have an address, and a link work once", async () => {
    const [one, other] = await twoApps({ REQUIRE_EMAIL_VERIFICATION: "false" });
    const twenty = Array.from({ length: 20 }, (_, number) =>
      [one, other][number % 2]?.visitor().register({ ...ADA, firstName: `Ada${number}` }),
    );
    expect((await Promise.all(twenty)).map((answer) => answer?.status)).toEqual(Array(20).fill(303));
    expect(await one.storage.db.selectFrom("users").select("id").execute()).toHaveLength(1);

    await one.visitor().fillIn("/forgot-password", { email: ADA.email });
    // Either may be about to send it.
    await Promise.all([one.mailer.deliverDue(), other.mailer.deliverDue()]);
    const link = await one.mailbox.link(ADA.email, /Reset/, "/reset-password/");
    const visitors = Array.from({ length: 8 }, (_, number) => [one, other][number % 2]?.visitor());
    for (const visitor of visitors) await visitor?.get(link);
    const resets = visitors.map((visitor, number) =>
      visitor?.post("/reset-password", { password: `eleven copper kites at noon ${number}` }),
    );
    const locations = (await Promise.all(resets)).map((answer) => answer?.headers.location);
    expect(locations.filter((location) => location === "/login")).toHaveLength(1);
  });

  it("started at the same moment on an empty database both find it ready, each migration applied once", async () => {
    const url = await databaseUrlIn(temporaryFolder(), "template0");
    const start = async () => {
      const PORT = String(await freePort());
      const program = run({ folder: temporaryFolder(), env: { DATABASE_URL: url, PORT } });
      await program.logged(/is ready/);
      return program.logs().filter(({ migration }) => migration).length;
    };
    const applied = await Promise.all([start(), start(), start()]);
    expect(applied.filter((count) => count > 0)).toHaveLength(1);
  });
});
