// The front page: greets a visitor, by name when they are logged in.
import type { Feature } from "../../core.ts";

export const home: Feature = ({ publicPages }) => {
  publicPages.get("/", (_req, res) => res.render("home/home"));
};
