// Logging in with e-mail address and password.
import type { Feature } from "../../core.ts";
import { guestsOnly } from "../../sign-in/access.ts";
import { loginPages } from "./pages.ts";

export const login: Feature = (core) => {
  const { showLogin, logIn } = loginPages(core);
  core.publicPages.get("/login", guestsOnly, showLogin);
  core.publicPages.post("/login", guestsOnly, logIn);
};
