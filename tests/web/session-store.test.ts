import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Request } from "express";
import session, { type SessionData } from "express-session";
import { describe, expect, it, onTestFinished } from "vitest";
import { openSqlite } from "../../src/database/sqlite.ts";
import { createSessionStore, purgeSessions } from "../../src/web/session-store.ts";
import { temporaryFolder } from "../database/temporary.ts";
import { stopTheClock } from "../support/clock.ts";

const HOUR = 3_600_000;
const SID = "the id in somebody's cookie";

function openStore(folder = temporaryFolder()) {
  const db = openSqlite(join(folder, "sessions.db"), "NORMAL");
  onTestFinished(() => void db.close());
  const store = createSessionStore(db, () => HOUR);
  const rows = () => db.prepare("SELECT sid, expired, sess FROM sessions").all() as Row[];
  return { db, store, rows, ...asPromises(store) };
}

interface Row {
  sid: string;
  expired: number;
  sess: string;
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

/** What express-session does when a request brings a cookie: the row, as the request's own session. */
async function loaded({ store, get }: ReturnType<typeof openStore>): Promise<SessionData> {
  const data = await get();
  if (!data) throw new Error("no such session");
  return store.createSession({} as Request, data);
}

describe("the session store", () => {
  it("gives back what was kept, under that id only", async () => {
    const { get, set } = openStore();
    await set(fresh({ flash: { text: "hello" } }));
    expect(await get()).toMatchObject({ flash: { text: "hello" } });
    expect(await get("another id")).toBeNull();
    await set(fresh({ flash: { text: "again" } }));
    expect(await get()).toMatchObject({ flash: { text: "again" } });
  });

  it("keeps no id in its file that could be used as a cookie", async () => {
    const { get, set, rows } = openStore();
    await set(fresh());
    const [row] = rows();
    expect(row?.sid).toBe(createHash("sha256").update(SID).digest("base64url"));
    expect(JSON.stringify(rows())).not.toContain(SID);
    expect(await get(row?.sid)).toBeNull();
  });

  it("keeps a session across a restart", async () => {
    const folder = temporaryFolder();
    const before = openStore(folder);
    await before.set(fresh({ flash: { text: "still here" } }));
    before.db.close();
    expect(await openStore(folder).get()).toMatchObject({ flash: { text: "still here" } });
  });

  it("keeps a row as long as it was told, then neither shows nor stores it", async () => {
    const clock = stopTheClock();
    const { db, get, set, rows } = openStore();
    await set(fresh());
    clock.advance({ minutes: 59, seconds: 59 });
    purgeSessions(db);
    expect(await get()).not.toBeNull();
    clock.advance({ seconds: 2 });
    expect(await get()).toBeNull();
    purgeSessions(db);
    expect(rows()).toEqual([]);
  });

  it("forgets what was destroyed, and destroying nothing is no error", async () => {
    const { destroy, get, set, rows } = openStore();
    await set(fresh());
    await destroy();
    await destroy();
    expect(await get()).toBeNull();
    expect(rows()).toEqual([]);
  });

  it("does not let a slow request bring an ended session back", async () => {
    const opened = openStore();
    await opened.set(fresh());
    const slow = await loaded(opened);
    await opened.destroy();
    await opened.set(slow);
    expect(await opened.get()).toBeNull();
    expect(opened.rows()).toEqual([]);
  });

  it("saves a session that was loaded and is still there, and one that is new under a new id", async () => {
    const opened = openStore();
    await opened.set(fresh());
    const slow = await loaded(opened);
    Object.assign(slow, { flash: { text: "changed" } });
    await opened.set(slow);
    expect(await opened.get()).toMatchObject({ flash: { text: "changed" } });
    await opened.set(fresh({ flash: { text: "new" } }), "a new id");
    expect(await opened.get("a new id")).toMatchObject({ flash: { text: "new" } });
  });

  it("writes nothing for a page that is only read", async () => {
    const { store, db, set } = openStore();
    await set(fresh());
    const before = db.prepare("SELECT total_changes() AS n").get();
    await new Promise<void>((resolve) => store.touch?.(SID, fresh(), resolve));
    expect(db.prepare("SELECT total_changes() AS n").get()).toEqual(before);
  });

  it.each([
    "{",
    "",
    "null",
    "7",
    '"text"',
    "[]",
    "{}",
    '{"cookie":null}',
    '{"cookie":"x"}',
    '{"flash":{}}',
    '{"cookie":{}}',
    ...[
      '"originalMaxAge":"x"',
      '"expires":"no date"',
      '"expires":{}',
      '"maxAge":"x"',
      '"path":5',
      '"secure":1',
    ].map((wrong) => `{"cookie":{"originalMaxAge":null,"expires":null,"httpOnly":true,"path":"/",${wrong}}}`),
    ...["null", "7", '"x"', '{"user":{}}', '{"user":["x"]}', '{"user":7}'].map(
      (wrong) =>
        `{"cookie":{"originalMaxAge":null,"expires":null,"httpOnly":true,"path":"/"},"passport":${wrong}}`,
    ),
    "\0",
  ])("takes a row that holds %j for no session, and goes on", async (damaged) => {
    const { db, get, set } = openStore();
    await set(fresh());
    db.prepare("UPDATE sessions SET sess = ?").run(damaged);
    expect(await get()).toBeNull();
    await set(fresh({ flash: { text: "new" } }), "a new id");
    expect(await get("a new id")).not.toBeNull();
  });

  it("tells of a table that can't be used, to whoever asked and to nobody else", async () => {
    const { db, destroy, get, set } = openStore();
    db.exec("DROP TABLE sessions");
    await expect(get()).rejects.toThrow("no such table");
    await expect(set(fresh())).rejects.toThrow("no such table");
    await expect(destroy()).rejects.toThrow("no such table");
  });

  it("answers every call when its file was closed under it, and never claims to have kept something", async () => {
    const { db, get, set } = openStore();
    await set(fresh());
    db.close();
    expect(await get().catch(() => null)).toBeNull();
    await expect(set(fresh({ flash: { text: "lost" } }))).rejects.toThrow();
  });
});
