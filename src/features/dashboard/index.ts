// The sample page behind the wall: copy this folder and views/dashboard to begin a page of your own.
import type { Feature } from "../../core.ts";

export const dashboard: Feature = ({ pages }) => {
  pages.get("/dashboard", (_req, res) => res.render("dashboard/dashboard"));
};
