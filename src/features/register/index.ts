// Opening an account.
import type { Feature } from "../../core.ts";
import { guestsOnly } from "../../sign-in/access.ts";
import { describeRegistrationMails } from "./mail.ts";
import { registerPages } from "./pages.ts";

export const register: Feature = (core) => {
  describeRegistrationMails(core);
  const { showRegister, register } = registerPages(core);
  core.publicPages.get("/register", guestsOnly, showRegister);
  core.publicPages.post("/register", guestsOnly, register);
};
