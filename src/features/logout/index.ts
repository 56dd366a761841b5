// Logging out: a page with the button, and the button.
import type { Feature } from "../../core.ts";
import { setFlash } from "../../web/flash.ts";

export const logout: Feature = ({ pages, publicPages, signIn }) => {
  pages.get("/logout", (_req, res) => res.render("logout/logout"));

  // Public, because somebody whose login has just ended also wants to end up on the login page.
  publicPages.post("/logout", async (req, res) => {
    if (req.user) {
      await signIn.end(req);
      setFlash(req, { text: "You are logged out." });
    }
    res.redirect(303, "/login");
  });
};
