// Where one is logged in: to see it, and to end it.
import type { Feature } from "../../core.ts";
import { requireRecentAuth } from "../../sign-in/access.ts";
import { sessionPages } from "./pages.ts";

export const sessions: Feature = (core) => {
  const { showSessions, endSession, endOtherSessions } = sessionPages(core);
  core.pages.get("/sessions", showSessions);
  core.pages.post("/sessions/end-others", requireRecentAuth, endOtherSessions);
  core.pages.post("/sessions/:id/end", requireRecentAuth, endSession);
  core.accountLinks.push({
    href: "/sessions",
    label: "Your logins",
    description: "Where you are logged in, and how to end it.",
  });
};
