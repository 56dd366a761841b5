// What happened to one's account: a page that its owner reads, newest first, and a file to take away.
import type { Feature } from "../../core.ts";
import { purgeEvents, writeEvent } from "./log.ts";
import { securityLogPages } from "./pages.ts";

export const securityLog: Feature = (core) => {
  const { showSecurityLog } = securityLogPages(core);
  core.events.subscribe(writeEvent);
  core.purges.push(purgeEvents);
  core.pages.get("/security-log", showSecurityLog);
  core.accountLinks.push({
    href: "/security-log",
    label: "Security log",
    description: "What happened to your account, and from where.",
  });
};
