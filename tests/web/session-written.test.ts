// A browser follows a redirect as soon as it has read its headers, so what the next page needs must be stored by then.
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { startApp, type TestApp } from "../support/app.ts";
import { inShortLived, postgresServer } from "../support/storage.ts";
import { loggedIn, type Visitor } from "../support/visitor.ts";

/** Nobody can write a session until it is released. SQLite writes at once, on the thread that answers. */
async function sessionsLocked({ storage }: TestApp) {
  const { shortLived } = storage;
  if (shortLived.engine !== "postgres") throw new Error("only PostgreSQL can wait");
  const holder = await shortLived.pool.connect();
  await holder.query("BEGIN; LOCK TABLE sessions IN EXCLUSIVE MODE");
  let held = true;
  const release = async () => {
    if (held) await holder.query("COMMIT");
    if (held) holder.release();
    held = false;
  };
  onTestFinished(release);
  const somebodyWaits = () =>
    vi.waitFor(async () => {
      const waiting = "SELECT 1 FROM pg_locks WHERE relation = 'sessions'::regclass AND NOT granted";
      expect(await inShortLived(storage, waiting)).not.toEqual([]);
    });
  return { release, somebodyWaits };
}

/** Headers as a browser sees them: without waiting for the body. */
function sends({ origin, cookie }: Visitor, path: string, form?: Record<string, string>) {
  const seen = { headers: false };
  const body = form && new URLSearchParams(form);
  const headers = { accept: "text/html", origin, "sec-fetch-site": "same-origin", cookie: `sid=${cookie}` };
  const answer = fetch(origin + path, { redirect: "manual", headers, ...(body && { method: "POST", body }) });
  const arrived = answer.then((response) => {
    seen.headers = true;
    return response;
  });
  return { seen, arrived };
}

describe.runIf(postgresServer)("an answer", () => {
  it("that redirects waits until the message for the next page is stored", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    const lock = await sessionsLocked(app);
    const { seen, arrived } = sends(ada, "/profile", { firstName: "Ada", lastName: "King" });
    await lock.somebodyWaits();
    expect(seen.headers).toBe(false);
    await lock.release();
    expect((await arrived).status).toBe(303);
    expect((await ada.get("/profile")).text).toContain("Your profile is saved");
  });

  it("that shows a guest's last message waits until nothing is kept of them", async () => {
    const app = await startApp();
    const ada = await loggedIn(app.visitor());
    await ada.post("/logout");
    const lock = await sessionsLocked(app);
    const { seen, arrived } = sends(ada, "/login");
    await lock.somebodyWaits();
    expect(seen.headers).toBe(false);
    await lock.release();
    expect(await (await arrived).text()).toContain("You are logged out");
    expect(await inShortLived(app.storage, "SELECT sid FROM sessions")).toEqual([]);
  });
});
