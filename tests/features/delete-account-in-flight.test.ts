// A slow request that is under way while its login or account ends brings nothing back.
import { describe, expect, it } from "vitest";
import type { Core, Feature } from "../../src/core.ts";
import { setFlash } from "../../src/web/flash.ts";
import { startApp, type TestApp } from "../support/app.ts";
import { inShortLived } from "../support/storage.ts";
import { ADA, GRACE, loggedIn, registered, type Visitor } from "../support/visitor.ts";

interface Gate {
  /** Resolves when the slow request has come that far. */
  reached: Promise<void>;
  open(): void;
  pass(): Promise<void>;
}

function gate(): Gate {
  let arrive = () => {};
  let open = () => {};
  const reached = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    reached,
    open: () => open(),
    pass: () => {
      arrive();
      return opened;
    },
  };
}

/** Pages that wait in the middle, and then write the session as our own pages do. */
function slowPages({ pass }: Gate): Feature {
  return ({ pages, signIn, db }: Core) => {
    pages.get("/slow/flash", async (req, res) => {
      await pass();
      setFlash(req, { text: "late" });
      res.redirect(303, "/profile");
    });
    pages.post("/slow/renew", async (req, res) => {
      await pass();
      await signIn.renew(req);
      res.redirect(303, "/profile");
    });
    pages.post("/slow/name", async (req, res) => {
      await pass();
      const names = { first_name: "Late", last_name: "Comer" };
      await db.updateTable("users").set(names).where("id", "=", String(req.user?.id)).execute();
      setFlash(req, { text: "saved" });
      res.redirect(303, "/profile");
    });
  };
}

const ways = {
  "a logout": async (visitor: Visitor) => visitor.post("/logout"),
  "the account's deletion": async (visitor: Visitor) =>
    visitor.fillIn("/delete-account", { email: ADA.email }),
};
const slowRequests = {
  "that leaves a message": (visitor: Visitor) => visitor.get("/slow/flash"),
  "that renews the session": (visitor: Visitor) => visitor.post("/slow/renew"),
  "that saves something": (visitor: Visitor) => visitor.post("/slow/name"),
};
const cases = Object.entries(slowRequests).flatMap(([what, send]) =>
  Object.entries(ways).flatMap(([way, end]) =>
    [false, true].map((remembered) => ({ what, send, way, end, remembered })),
  ),
);

describe("a slow request", () => {
  it.each(cases)(
    "$what is no way back after $way (remembered: $remembered)",
    async ({ send, end, remembered }) => {
      const slow = gate();
      const app = await startApp({ extraFeatures: [slowPages(slow)] });
      const ada = await registered(app.visitor());
      await ada.logIn(ADA, remembered ? { rememberMe: "on" } : {});
      const cookies = [ada.cookie];
      const underWay = send(ada).then((answer) => answer);
      await slow.reached;
      expect((await end(ada)).status).toBe(303);
      cookies.push(ada.cookie);
      slow.open();
      expect((await underWay).status).toBe(303);
      cookies.push(ada.cookie);
      expect((await ada.get("/profile")).status).toBe(302);
      for (const cookie of cookies)
        expect((await app.visitor().get("/profile", { cookie: `sid=${cookie}` })).status).toBe(302);
      expect(await app.storage.db.selectFrom("user_sessions").selectAll().execute()).toEqual([]);
      expect(await savedLate(app)).toEqual([]);
    },
  );

  it("of another person goes on", async () => {
    const slow = gate();
    const app = await startApp({ extraFeatures: [slowPages(slow)] });
    const ada = await loggedIn(app.visitor());
    const grace = await loggedIn(app.visitor(), GRACE);
    const underWay = grace.post("/slow/name").then((answer) => answer);
    await slow.reached;
    await ada.fillIn("/delete-account", { email: ADA.email });
    slow.open();
    expect((await underWay).status).toBe(303);
    expect((await grace.get("/profile")).text).toContain('value="Late"');
  });
});

/** Sessions in which something was saved after they had ended. */
async function savedLate({ storage }: TestApp): Promise<string[]> {
  const rows = await inShortLived<{ sess: unknown }>(storage, "SELECT sess FROM sessions");
  return rows.map(({ sess }) => JSON.stringify(sess)).filter((sess) => /late|saved/.test(sess));
}
