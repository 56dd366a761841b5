// A person's own data: to see and to edit.
import type { Feature } from "../../core.ts";
import { profilePages } from "./pages.ts";

export const profile: Feature = (core) => {
  const { showProfile, saveProfile } = profilePages(core);
  core.pages.get("/profile", showProfile);
  core.pages.post("/profile", saveProfile);
};
