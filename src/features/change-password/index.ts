// Changing the password while logged in.
import type { Feature } from "../../core.ts";
import { changePasswordPages } from "./pages.ts";

export const changePassword: Feature = (core) => {
  const { showChangePassword, changePassword } = changePasswordPages(core);
  core.pages.get("/change-password", showChangePassword);
  core.pages.post("/change-password", changePassword);
  core.accountLinks.push({
    href: "/change-password",
    label: "Change password",
    description: "Ends your logins on other devices.",
  });

  // Where password managers look: https://www.w3.org/TR/change-password-url/
  core.publicPages.get("/.well-known/change-password", (_req, res) => res.redirect(302, "/change-password"));
};
