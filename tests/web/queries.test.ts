// What a request costs in the database.
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { startApp } from "../support/app.ts";
import { loggedIn } from "../support/visitor.ts";

/** Counts the queries to the accounts' tables, and the statements where sessions and limits are kept. */
async function countingApp() {
  const counts = { accounts: 0, sessions: 0 };
  const onQuery = () => {
    counts.accounts += 1;
  };
  const app = await startApp({ onQuery });
  const { shortLived } = app.storage;
  const statements =
    shortLived.engine === "sqlite"
      ? vi.spyOn(shortLived.handle, "prepare")
      : vi.spyOn(shortLived.pool, "query");
  onTestFinished(() => statements.mockRestore());
  const during = async (request: () => PromiseLike<unknown>) => {
    counts.accounts = 0;
    statements.mockClear();
    await request();
    return { ...counts, sessions: statements.mock.calls.length };
  };
  return { app, during };
}

describe("a page", () => {
  it("of a member asks for the session, and once for the login with its user, and writes nothing", async () => {
    const { app, during } = await countingApp();
    const ada = await loggedIn(app.visitor());
    await ada.get("/profile");
    for (const page of ["/", "/dashboard", "/profile", "/change-password"])
      expect(await during(() => ada.get(page)), page).toEqual({ accounts: 1, sessions: 1 });
  });

  it("for somebody without a cookie asks nothing at all, nor does a style sheet or a page that is not there", async () => {
    const { app, during } = await countingApp();
    const guest = app.visitor();
    for (const page of ["/", "/login", "/register", "/profile", "/css/app.css", "/nowhere"])
      expect(await during(() => guest.get(page)), page).toEqual({ accounts: 0, sessions: 0 });
  });
});
