// A row of sessions.db that holds something else than a session: whoever has its cookie is logged out, and nothing more.
import { createHash } from "node:crypto";
import { join } from "node:path";
import BetterSqlite from "better-sqlite3";
import { expect, it, onTestFinished } from "vitest";
import { Connection } from "../support/connection.ts";
import { describeOnSqlite, serveCompiled } from "./serve-compiled.ts";

const PASSWORD = "seven moths under glass";
const ADA = { firstName: "Ada", lastName: "Lovelace", email: "ada@example.com", password: PASSWORD };
const LOGIN = { email: ADA.email, password: PASSWORD };

const COOKIE = '{"originalMaxAge":null,"expires":null,"httpOnly":true,"path":"/"}';
// What one reader or another takes badly; tests/web/session-store.test.ts has more.
const DAMAGES = [
  ...["{", "null", "[]", '"x"', '{"cookie":5}', "\0", Buffer.from([0xff, 0, 0xfe]), 7],
  ...['{"cookie":{"originalMaxAge":"x"}}', '{"cookie":{"maxAge":"x"}}', '{"cookie":{"expires":"no date"}}'],
  ...[`{"cookie":${COOKIE},"loginId":{}}`, `{"cookie":${COOKIE},"loginId":7,"flash":7}`],
];

describeOnSqlite("a corrupt session row", { timeout: 60_000 }, () => {
  it("is nobody's login, breaks no page, and is in nobody's way to log in", async () => {
    const { origin, folder, logs } = await serveCompiled();
    const sessions = new BetterSqlite(join(folder, "sessions.db"));
    onTestFinished(() => void sessions.close());
    const damage = sessions.prepare("INSERT OR REPLACE INTO sessions (sid, expired, sess) VALUES (?, ?, ?)");
    const ada = new Connection(origin);
    await ada.post("/register", ADA);

    for (const row of DAMAGES) {
      expect((await ada.post("/login", LOGIN)).status).toBe(303);
      const { cookie } = ada;
      const spoil = () => {
        damage.run(rowOf(cookie), Date.now() + 60_000, row);
        ada.cookie = cookie;
      };
      for (const [path, status] of [
        ["/profile", 302],
        ["/", 200],
      ] as const) {
        spoil();
        expect([String(row), path, (await ada.get(path)).status]).toEqual([String(row), path, status]);
      }
      spoil();
      expect((await ada.post("/login", LOGIN)).status, String(row)).toBe(303);
      expect((await ada.get("/profile")).status, String(row)).toBe(200);
      await ada.post("/logout");
    }
    expect(logs().filter(({ level }) => level === "error")).toEqual([]);
  });
});

/** What session-store.ts makes of the id in the cookie `sid=s:<id>.<signature>`. */
function rowOf(cookie = ""): string {
  const [id = ""] = decodeURIComponent(cookie)
    .replace(/^sid=s:/, "")
    .split(".");
  return createHash("sha256").update(id).digest("base64url");
}
