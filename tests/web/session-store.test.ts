import { createHash } from "node:crypto";
import type { Request } from "express";
import session, { type SessionData } from "express-session";
import { describe, expect, it } from "vitest";
import { purgeInBatches } from "../../src/database/purge.ts";
import { createSessionStore } from "../../src/web/session-store.ts";
import { stopTheClock } from "../support/clock.ts";
import { inShortLived, postgresServer, temporaryFolder, temporaryStorage } from "../support/storage.ts";

const HOUR = 3_600_000;
const MISSING = /no such table|relation "sessions" does not exist/;
const NO_JSON = ["{", "", "\u0001"];
/** PostgreSQL's column takes nothing but JSON. */
const DAMAGED = [
  ...(postgresServer ? [] : NO_JSON),
  ...[
    "null",
    "7",
    '"text"',
    "[]",
    "{}",
    '{"cookie":null}',
    '{"cookie":"x"}',
    '{"cookie":{}}',
    '{"flash":{}}',
  ],
  ...['"originalMaxAge":"x"', '"expires":"no date"', '"expires":{}', '"maxAge":"x"', '"path":5'].map(
    (wrong) => damagedSession(wrong, '"x"'),
  ),
  ...["7", "{}", '["x"]', "true"].map((wrong) => damagedSession('"secure":true', wrong)),
];

function damagedSession(inCookie: string, loginId: string): string {
  return `{"cookie":{"originalMaxAge":null,"expires":null,"httpOnly":true,"path":"/",${inCookie}},"loginId":${loginId}}`;
}

const SID = "the id in somebody's cookie";

async function openStore(folder = temporaryFolder()) {
  const storage = await temporaryStorage(folder);
  const { store, purge } = await createSessionStore(storage.shortLived, () => HOUR);
  const query = (sql: string) => inShortLived<{ sid: string }>(storage, sql);
  const rows = () => query("SELECT sid, sess FROM sessions");
  return {
    storage,
    store,
    query,
    rows,
    purge: () => purgeInBatches(storage.db, [purge]),
    ...asPromises(store),
  };
}

/** The store as express-session uses it; each call must answer exactly once. */
function asPromises(store: session.Store) {
  const once = <Value>(call: (done: (error?: unknown, value?: Value | null) => void) => void) =>
    new Promise<Value | null>((resolve, reject) => {
      let answers = 0;
      call((error, value) => {
        answers += 1;
        if (answers > 1) throw new Error("answered twice");
        if (error) reject(error);
        else resolve(value ?? null);
      });
    });
  return {
    get: (sid = SID) => once<SessionData>((done) => store.get(sid, done)),
    set: (data: SessionData, sid = SID) => once((done) => store.set(sid, data, done)),
    destroy: (sid = SID) => once((done) => store.destroy(sid, done)),
  };
}

const fresh = (more: object = {}) => ({ cookie: new session.Cookie(), ...more }) as SessionData;

/** What express-session does when a request brings a cookie: the row, as the request's own session. Then it is changed. */
async function loadedAndChanged({ store, get }: Awaited<ReturnType<typeof openStore>>): Promise<SessionData> {
  const data = await get();
  if (!data) throw new Error("no such session");
  return Object.assign(store.createSession({} as Request, data), { flash: { text: "changed" } });
}

describe("the session store", () => {
  it("gives back what was kept, under that id only", async () => {
    const { get, set } = await openStore();
    await set(fresh({ flash: { text: "hello" } }));
    expect(await get()).toMatchObject({ flash: { text: "hello" } });
    expect(await get("another id")).toBeNull();
    await set(fresh({ flash: { text: "again" } }));
    expect(await get()).toMatchObject({ flash: { text: "again" } });
  });

  it("keeps no id in its file that could be used as a cookie", async () => {
    const { get, set, rows } = await openStore();
    await set(fresh());
    const [row] = await rows();
    expect(row?.sid).toBe(createHash("sha256").update(SID).digest("base64url"));
    expect(JSON.stringify(await rows())).not.toContain(SID);
    expect(await get(row?.sid)).toBeNull();
  });

  it("keeps a session across a restart", async () => {
    const folder = temporaryFolder();
    const before = await openStore(folder);
    await before.set(fresh({ flash: { text: "still here" } }));
    await before.storage.close();
    expect(await (await openStore(folder)).get()).toMatchObject({ flash: { text: "still here" } });
  });

  it("keeps a row as long as it was told, then neither shows nor stores it", async () => {
    const clock = stopTheClock();
    const { get, purge, set, rows } = await openStore();
    await set(fresh());
    clock.advance({ minutes: 59, seconds: 59 });
    await purge();
    expect(await get()).not.toBeNull();
    clock.advance({ seconds: 2 });
    expect(await get()).toBeNull();
    await purge();
    expect(await rows()).toEqual([]);
  });

  it("forgets what was destroyed, and destroying nothing is no error", async () => {
    const { destroy, get, set, rows } = await openStore();
    await set(fresh());
    await destroy();
    await destroy();
    expect(await get()).toBeNull();
    expect(await rows()).toEqual([]);
  });

  it("does not let a slow request bring an ended session back", async () => {
    const opened = await openStore();
    await opened.set(fresh());
    const slow = await loadedAndChanged(opened);
    await opened.destroy();
    await opened.set(slow);
    expect(await opened.get()).toBeNull();
    expect(await opened.rows()).toEqual([]);
  });

  it("does not even when both happen at one moment", async () => {
    const opened = await openStore();
    for (let count = 0; count < 20; count += 1) {
      await opened.set(fresh());
      const slow = await loadedAndChanged(opened);
      await Promise.all([opened.set(slow), opened.destroy()]);
      expect(await opened.rows()).toEqual([]);
    }
  });

  it("saves a session that was loaded and is still there, and one that is new under a new id", async () => {
    const opened = await openStore();
    await opened.set(fresh());
    const slow = await loadedAndChanged(opened);
    await opened.set(slow);
    expect(await opened.get()).toMatchObject({ flash: { text: "changed" } });
    await opened.set(fresh({ flash: { text: "new" } }), "a new id");
    expect(await opened.get("a new id")).toMatchObject({ flash: { text: "new" } });
  });

  it("writes what has not changed since only once, and what has again", async () => {
    const { get, query, set } = await openStore();
    const session = fresh();
    await set(session);
    await query("UPDATE sessions SET sess = '{}'");
    await set(session);
    expect(await get()).toBeNull();
    await set(Object.assign(session, { flash: { text: "changed" } }));
    expect(await get()).toMatchObject({ flash: { text: "changed" } });
  });

  it("has nothing to write for a page that is only read", async () => {
    const { store } = await openStore();
    // express-session writes what was changed, and calls `touch` otherwise, where there is one.
    expect(store.touch).toBeUndefined();
  });

  it.each(DAMAGED)("takes a row that holds %j for no session, and goes on", async (damaged) => {
    const { query, get, set } = await openStore();
    await set(fresh());
    await query(`UPDATE sessions SET sess = '${damaged}'`);
    expect(await get()).toBeNull();
    await set(fresh({ flash: { text: "new" } }), "a new id");
    expect(await get("a new id")).not.toBeNull();
  });

  it("tells of a table that can't be used, to whoever asked and to nobody else", async () => {
    const { destroy, get, query, set } = await openStore();
    await query("DROP TABLE sessions");
    await expect(get()).rejects.toThrow(MISSING);
    await expect(set(fresh())).rejects.toThrow(MISSING);
    await expect(destroy()).rejects.toThrow(MISSING);
  });

  it("answers every call when its file was closed under it, and never claims to have kept something", async () => {
    const { storage, get, set } = await openStore();
    await set(fresh());
    await storage.close();
    expect(await get().catch(() => null)).toBeNull();
    await expect(set(fresh({ flash: { text: "lost" } }))).rejects.toThrow();
  });
});
