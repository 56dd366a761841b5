// The addresses that the program's own router knows, so that a new page is fuzzed without being named.
import type { Express } from "express";
import type { Feature } from "../../src/core.ts";
import { startApp, type TestApp } from "../support/app.ts";

const ROUTER_TOLD_AT = "/tell-this-test-about-the-router";

/** The app, and its addresses as they were declared: "/profile", "/sessions/:id/end". */
export async function appWithRoutes(): Promise<{ app: TestApp; routes: string[] }> {
  let program: Express | undefined;
  const tellRouter: Feature = ({ publicPages }) =>
    publicPages.get(ROUTER_TOLD_AT, (req, res) => {
      program = req.app as Express;
      res.end();
    });
  const app = await startApp({ extraFeatures: [tellRouter] });
  await app.visitor().get(ROUTER_TOLD_AT);
  // As in production; compiling the views again for each answer would take most of the time.
  program?.enable("view cache");
  const layers = (program?.router.stack ?? []) as unknown as { route?: { path: string } }[];
  const paths = layers.flatMap(({ route }) => (route && route.path !== ROUTER_TOLD_AT ? [route.path] : []));
  return { app, routes: [...new Set(paths)].sort() };
}
