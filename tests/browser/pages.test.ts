// Every page of the program, and every form with its mistakes: what axe finds, what a small phone shows, what is kept.
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { startApp, type TestApp } from "../support/app.ts";
import { ADA, GRACE } from "../support/visitor.ts";
import {
  announceSkipping,
  DESKTOP,
  describeInBrowser,
  enterAsMember,
  fillIn,
  leave,
  PHONE,
  send,
} from "./support.ts";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const SMALLEST = { width: 320, height: 640 };
const LONG_NAME = "Wolfeschlegelsteinhausenbergerdorff".repeat(3).slice(0, 100);

const LOOK = `(() => {
  const found = [];
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) found.push("is " + scrollWidth + " wide");
  for (const target of document.querySelectorAll("header :is(a, button), main :is(.button, form > button, .field input)")) {
    const { width, height } = target.getBoundingClientRect();
    if (height < 44 || width < 24) found.push("small target " + width + "x" + height + " " + target.outerHTML);
  }
  for (const input of document.querySelectorAll("input"))
    if (parseFloat(getComputedStyle(input).fontSize) < 16) found.push("a phone zooms in on " + input.outerHTML);
  if (document.cookie !== "") found.push("cookie " + document.cookie);
  if (localStorage.length + sessionStorage.length > 0) found.push("storage is used");
  return found;
})()`;

// The whole of axe once, on a desktop; then again what another width or the dark colours can change.
const ALL_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const RULES_ON_LOOKS = [
  ...["color-contrast", "link-in-text-block", "target-size"],
  ...["scrollable-region-focusable", "aria-hidden-focus", "page-has-heading-one"],
];
// axe takes a page that paints no ground of its own for white, even where the browser makes it dark.
const runAxe = (rules: string[]) => `
  document.documentElement.style.backgroundColor = "Canvas";
  axe.run({ runOnly: ${JSON.stringify(rules)}, resultTypes: ["violations"], preload: false }).then(({ violations }) =>
    violations.map(({ id, nodes }) => id + " " + nodes.map(({ html }) => html.slice(0, 120)).join(" ")))`;

interface Stop {
  name: string;
  status: number;
  heading: string;
  open: (page: Page) => Promise<{ status(): number } | null>;
}

const page = (heading: string, path: string, status = 200): Stop => {
  return { name: path, status, heading, open: (tab) => tab.goto(path) };
};
const form = (heading: string, path: string, fields: Record<string, string>, status = 422): Stop => {
  const name = `${path} with ${JSON.stringify(fields).slice(0, 70)}`;
  return { name, status, heading, open: (tab) => send(tab, path, fields) };
};
const link = (heading: string, name: RegExp): Stop => {
  const open = (tab: Page) => leave(tab, () => tab.getByRole("link", { name }).click());
  return { name: `link ${name}`, status: 200, heading, open };
};

const GUEST_PAGES: Stop[] = [
  page("Welcome to Auth Flow", "/"),
  page("Page not found", "/nothing-here", 404),
  page("That link has expired or was already used", `/reset-password/${"x".repeat(43)}`, 410),
  page("Log in", "/login?next=%2Fdashboard"),
  form("Log in", "/login", {}),
  form("Log in", "/login", { email: "nobody@example.com", password: "a wrong password" }),
  form("Too many attempts", "/login", { email: GRACE.email, password: "one guess too many" }, 429),
  page("Register", "/register"),
  form("Register", "/register", { ...ADA, lastName: "", email: "ada.example.com" }),
  form("Register", "/register", { ...ADA, password: "passwordpassword" }),
  page("Forgot password", "/forgot-password"),
  form("Forgot password", "/forgot-password", { email: "ada" }),
  form("Forgot password", "/forgot-password", { email: ADA.email }, 200),
  page("Confirm your email address", "/verify-email"),
  form("Confirm your email address", "/verify-email", { email: "ada" }),
  page("Mailbox", "/dev/mailbox"),
  link("Reset your Auth Flow password", /^Reset your/),
  link("Reset your Auth Flow password", /mail program/),
  link("Choose a new password", /^Choose/),
  form("Choose a new password", "/reset-password", { password: "too short" }),
];

const MEMBER_PAGES: Stop[] = [
  page("Hello, Ada", "/"),
  page("Dashboard", "/dashboard"),
  page("Log out", "/logout"),
  page("Change password", "/change-password"),
  form("Change password", "/change-password", {}),
  form("Change password", "/change-password", { currentPassword: "no", password: "violet tractors at dusk" }),
  page("Profile", "/profile"),
  form("Profile", "/profile", { firstName: "", lastName: "" }),
  form("Profile", "/profile", { firstName: LONG_NAME, lastName: LONG_NAME }, 200),
  page("Confirm it's you", "/confirm-password?next=%2Fsessions"),
  form("Confirm it's you", "/confirm-password", { password: "not the right one" }),
  page("Your logins", "/sessions"),
  page("Security log", "/security-log"),
  page("Delete account", "/delete-account"),
  form("Delete account", "/delete-account", { email: "somebody@example.com" }),
  page("Change email address", "/change-email"),
  form("Change email address", "/change-email", { email: "ada" }),
  form("Profile", "/change-email", { email: "ada@new.example" }, 200),
  page("Mailbox", "/dev/mailbox"),
  link("Confirm your new email address for Auth Flow", /^Confirm your new/),
  link("Confirm your new email address", /confirm-email/),
  page("Mailbox", "/dev/mailbox"),
  link("The email address of your Auth Flow account is being changed", /is being changed/),
  link("Was it not you?", /undo-email-change/),
  page("Profile", "/profile"),
  {
    ...form("Log in to continue", "/profile", {}, 401),
    open: async (tab) => {
      await tab.context().clearCookies();
      return fillIn(tab, {});
    },
  },
];

/** Takes a page to all of them and gives what `look` found, each line with the page's name. */
async function tour(app: TestApp, tab: Page, look: (tab: Page) => Promise<string[]>): Promise<string[]> {
  const found: string[] = [];
  const visit = async ({ name, status, heading, open }: Stop) => {
    const answer = await open(tab);
    expect([name, answer?.status(), await tab.textContent("h1")]).toEqual([name, status, heading]);
    found.push(...(await look(tab)).map((line) => `${name}: ${line}`));
  };
  await app.visitor().register(ADA);
  for (let guess = 0; guess < 5; guess += 1) await app.visitor().logIn(GRACE);
  for (const stop of GUEST_PAGES) await visit(stop);
  await tab.context().clearCookies();
  await enterAsMember(app, tab);
  for (const stop of MEMBER_PAGES) await visit(stop);
  return found;
}

announceSkipping();

describeInBrowser("every page", (open) => {
  it("passes axe, fits a phone of 320 pixels, leaves the console empty, and nothing that a script could read", async () => {
    const app = await startApp({ env: { RATE_LIMIT_SCALE: "1" } });
    const tab = await open(app);
    await tab.context().addInitScript({ path: AXE });
    const found = await tour(app, tab, async () => {
      await tab.setViewportSize(SMALLEST);
      const lines = await tab.evaluate<string[]>(LOOK);
      const look = async (rules: string[], viewport: typeof PHONE, colorScheme: "light" | "dark") => {
        await tab.setViewportSize(viewport);
        await tab.emulateMedia({ colorScheme });
        const faults = await tab.evaluate<string[]>(runAxe(rules));
        lines.push(...faults.map((fault) => `${viewport.width} ${colorScheme}: ${fault}`));
      };
      await look(RULES_ON_LOOKS, PHONE, "light");
      await look(RULES_ON_LOOKS, PHONE, "dark");
      await look(RULES_ON_LOOKS, DESKTOP, "dark");
      await look(ALL_RULES, DESKTOP, "light");
      return lines;
    });
    expect(found).toEqual([]);
  }, 60_000);
});
