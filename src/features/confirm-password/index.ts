// "Confirm it's you": the password again before something sensitive, for somebody who has been logged in for a while.
import type { Feature } from "../../core.ts";
import { confirmPasswordPages } from "./pages.ts";

export const confirmPassword: Feature = (core) => {
  const { showConfirmPassword, confirmPassword } = confirmPasswordPages(core);
  core.pages.get("/confirm-password", showConfirmPassword);
  core.pages.post("/confirm-password", confirmPassword);
};
