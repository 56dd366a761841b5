// The same page behind Better Auth, set up as its documentation for Express says, with nothing else changed.

import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { fromNodeHeaders, toNodeHandler } from "better-auth/node";
import BetterSqlite from "better-sqlite3";
import { createExpress, listen, showProfile } from "./profile-page.mjs";

const auth = betterAuth({
  baseURL: process.env.BASE_URL,
  secret: process.env.SESSION_SECRET,
  database: new BetterSqlite("better-auth.db"),
  emailAndPassword: { enabled: true },
});
const { runMigrations } = await getMigrations(auth.options);
await runMigrations();

const app = createExpress();
app.all("/api/auth/*splat", toNodeHandler(auth));
app.get("/profile", async (req, res) => {
  const session = await auth.api.getSession({ headers: fromNodeHeaders(req.headers) });
  if (!session) return res.redirect("/login");
  const [firstName, lastName] = session.user.name.split(" ");
  showProfile(res, { firstName, lastName, email: session.user.email });
});
listen(app);
