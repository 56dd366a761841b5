// Deleting one's account, with everything that belongs to it.
import type { Feature } from "../../core.ts";
import { requireRecentAuth } from "../../sign-in/access.ts";
import { deleteAccountPages } from "./pages.ts";

export const deleteAccount: Feature = (core) => {
  const { showDeleteAccount, deleteAccount } = deleteAccountPages(core);
  core.pages.get("/delete-account", requireRecentAuth, showDeleteAccount);
  core.pages.post("/delete-account", requireRecentAuth, deleteAccount);
  core.accountLinks.push({
    href: "/delete-account",
    label: "Delete account",
    description: "For good, with everything in it.",
  });
};
