// Ten thousand odd requests to every address of the program, from all kinds of visitors and in any order: nobody gets a
// fault, anything of Bea's, or a way off the site, and the program is as well afterwards as it was before.
// FUZZ_SEED=… makes other requests, FUZZ_REQUESTS=… more or fewer.
import fc from "fast-check";
import { sql } from "kysely";
import { expect, it } from "vitest";
import type { TestApp } from "../support/app.ts";
import { postgresServer } from "../support/storage.ts";
import { ADA, loggedIn } from "../support/visitor.ts";
import { Lane, type Town } from "./lane.ts";
import { oddRequests } from "./odd-requests.ts";
import { cookieOf, lookAround, personOf, secretsOf } from "./people.ts";
import { appWithRoutes } from "./router.ts";
import { SEED } from "./seed.ts";
import { wireTo } from "./wire.ts";

// What goes wrong on one engine only is in the queries, and a few thousand reach all of them.
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? (postgresServer ? 2_000 : 10_000));
const LANES = 6;

/** Nothing that anybody else sends or is shown holds one of these. */
const BEA = {
  firstName: "Beatrixqzxv",
  lastName: "Markervqzx",
  email: "bea.qzxv@marker-of-bea.example",
  password: "qzxv umbrella marker of bea",
};

/** Whoever knows an address may fail to log in with it, which is written down, and have a mail with a link sent to it. */
const STRANGERS_MAY_ADD_TO = ["tokens", "mails", "security_events"];

/** Somebody's rows in every table that says whose they are, except for the moment they were last seen. */
async function rowsOf(email: string, { storage: { db } }: TestApp): Promise<Record<string, unknown[]>> {
  const { id } = await db
    .selectFrom("users")
    .select("id")
    .where("email", "=", email)
    .executeTakeFirstOrThrow();
  const rows: Record<string, unknown[]> = {};
  for (const { name, columns } of await db.introspection.getTables()) {
    const owner = name === "users" ? "id" : "user_id";
    if (STRANGERS_MAY_ADD_TO.includes(name) || !columns.some((column) => column.name === owner)) continue;
    const found = await sql<object>`select * from ${sql.table(name)} where ${sql.ref(owner)} = ${id}`.execute(
      db,
    );
    rows[name] = found.rows.map((row) => ({ ...row, last_seen_at: 0 }));
  }
  return rows;
}

it(
  `${REQUESTS} odd requests to every address break no promise`,
  async () => {
    const { app, routes } = await appWithRoutes();
    // Waiting for the disk after every change finds no faults, and takes a third of the time.
    if (!postgresServer) await sql`pragma synchronous = off`.execute(app.storage.db);
    const ask = wireTo(app.origin, LANES);
    const pages = routes.filter((route) => !route.includes(":"));

    const bea = personOf(await loggedIn(app.visitor(), BEA), BEA);
    const before = await rowsOf(BEA.email, app);
    await app.visitor().fillIn("/forgot-password", { email: BEA.email });
    await lookAround(app, ask, bea, pages);
    const markers = [...Object.values(BEA), ...secretsOf(bea)];
    const town: Town = { app, ask, pages, bea, markers };

    const lanes = await Promise.all(Array.from({ length: LANES }, (_, nth) => Lane.start(town, nth)));
    const fields = [...new Set(lanes.flatMap((lane) => lane.fieldNames))].sort();
    const plans = fc
      .sample(oddRequests(routes, fields), { seed: SEED, numRuns: REQUESTS })
      .map((plan, number) => ({ plan, number }));
    await Promise.all(
      lanes.map((lane, nth) => lane.send(plans.filter(({ number }) => number % LANES === nth))),
    );

    expect(await rowsOf(BEA.email, app)).toEqual(before);
    expect((await ask({ method: "GET", path: "/profile", headers: cookieOf(bea) })).text).toContain(
      BEA.lastName,
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(app.logs.filter(({ level }) => Number(level) >= 50)).toEqual([]);
    const log = JSON.stringify(app.logs);
    const secrets = [...markers, ...lanes.flatMap((lane) => [...lane.secrets])];
    expect(secrets.filter((secret) => log.includes(secret))).toEqual([]);
    const ada = await loggedIn(app.visitor());
    expect((await ada.get("/profile")).text).toContain(ADA.lastName);
  },
  10 * 60_000,
);
