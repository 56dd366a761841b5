// Another process holds a database file for itself, and for longer than anybody wants to wait.
import { join } from "node:path";
import BetterSqlite from "better-sqlite3";
import { expect, it, onTestFinished, vi } from "vitest";
import { Connection } from "../support/connection.ts";
import { describeOnSqlite } from "./serve-compiled.ts";
import {
  expectReading,
  expectRecovery,
  expectRefusedGuests,
  expectRefusedWrites,
  siteWithMember,
} from "./storage-trouble.ts";

const AT_ONCE = 10;
// Waiting is synchronous: with 5 s for each write, as it was once, the last of these would wait 50.
const LONGEST_WAIT_MS = 4_000;

/** As another process would: nobody else can write until it is undone. */
function lock(file: string): { release(): void } {
  const other = new BetterSqlite(file);
  onTestFinished(() => void other.close());
  other.exec("BEGIN EXCLUSIVE");
  return { release: () => void other.exec("ROLLBACK") };
}

describeOnSqlite("a database file that another process has locked", { timeout: 60_000 }, () => {
  it("(users.db) stops no reader, refuses every write, and is forgotten once it is free", async () => {
    const site = await siteWithMember();
    const { release } = lock(join(site.server.folder, "users.db"));
    await expectReading(site);
    await expectRefusedWrites(site);
    await expectReading(site);
    release();
    await expectRecovery(site);
  });

  it("(sessions.db) lets nobody in uncounted, and says of no change that it failed when it did not", async () => {
    const site = await siteWithMember();
    const { server, ada } = site;
    const { release } = lock(join(server.folder, "sessions.db"));
    await expectReading(site);
    await expectRefusedGuests(site);
    // Only the message "Your profile is saved" has nowhere to be kept.
    expect((await ada.post("/profile", { firstName: "Grace", lastName: "Hopper" })).status).toBe(303);
    expect((await ada.get("/profile")).text).toContain('value="Hopper"');
    expect((await ada.post("/profile", { firstName: "Ada", lastName: "Lovelace" })).status).toBe(303);
    await vi.waitFor(() => {
      const told = server.logs().filter(({ msg, route }) => msg === "request failed" && route === "/profile");
      expect(told).toHaveLength(2);
    });
    release();
    await expectRecovery(site);
  });

  it("makes nobody wait for those who want to write", async () => {
    const { server, ada } = await siteWithMember();
    const { release } = lock(join(server.folder, "users.db"));
    const visitors = Array.from({ length: AT_ONCE }, () => new Connection(server.origin));
    const writes = visitors.map((visitor, number) => {
      visitor.cookie = ada.cookie;
      return visitor.post("/profile", { firstName: "Grace", lastName: `Hopper ${number}` });
    });
    const pages = visitors.map(() => new Connection(server.origin).get("/login"));
    for (const page of await Promise.all(pages)) {
      expect(page.status).toBe(200);
      expect(page.ms).toBeLessThan(LONGEST_WAIT_MS);
    }
    for (const write of await Promise.all(writes)) expect(write.status).toBe(503);
    release();
    expect((await ada.get("/profile")).text).toContain('value="Lovelace"');
  });
});
