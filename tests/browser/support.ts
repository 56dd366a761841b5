// A real Chromium for the browser tests: one for each file, a context of its own for each test, and nobody's console.
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type Page,
  type Response,
} from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished } from "vitest";
import type { TestApp } from "../support/app.ts";
import { ADA, registered } from "../support/visitor.ts";

const SKIPPED = "Browser tests skipped: no Chromium found. Install it or set CHROMIUM_PATH.";
const chromiumPath = findChromium();

export const DESKTOP = { width: 1200, height: 800 };
export const PHONE = { width: 360, height: 740 };

/** A new context on the app. When the test is over its console must be empty and it must have asked nobody else. */
export type Open = (app: TestApp, options?: OpenOptions) => Promise<Page>;

interface OpenOptions extends BrowserContextOptions {
  /** For a test that lets another site misbehave: complaints in the console are then expected. */
  strict?: boolean;
}

/** Like describe, where there is a Chromium; else its tests are reported as skipped. */
export function describeInBrowser(name: string, tests: (open: Open) => void): void {
  describe.skipIf(chromiumPath === null)(name, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchChromium();
    });
    afterAll(() => browser?.close());
    tests((app, options) => openPage(browser, app, options));
  });
}

/** Called by one file for all of them, so that the line is printed once. */
export function announceSkipping(): void {
  if (chromiumPath === null) process.stderr.write(`${SKIPPED}\n`);
}

function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath ?? "",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
      "--disable-quic",
    ],
    // A person's back button may bring a page back from memory; so must this one.
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  });
}

async function openPage(browser: Browser, app: TestApp, { strict = true, ...options }: OpenOptions = {}) {
  const context = await browser.newContext({
    baseURL: app.origin,
    viewport: DESKTOP,
    // The cross-fade between two pages takes a quarter of a second, and every click waits for its end.
    reducedMotion: "reduce",
    ...options,
  });
  const complaints: string[] = [];
  const complain = (text: string) => void (strict && complaints.push(text));
  context.on("console", (message) => {
    // Chromium writes a line for every page whose status is an error; the test knows that status itself.
    const isStatus = message.text().startsWith("Failed to load resource: the server responded with a status");
    if (!isStatus || message.location().url !== message.page()?.url())
      complain(`console on ${message.page()?.url()}: ${message.text()}`);
  });
  context.on("weberror", (error) => complain(`script error: ${error.error().message}`));
  context.on("request", (request) => {
    if (new URL(request.url()).origin !== app.origin) complain(`request to ${request.url()}`);
  });
  onTestFinished(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });
  return context.newPage();
}

/** An account that can log in, opened in the browser as a person does it; ends on the login page. */
export async function openAccount(page: Page, person = ADA): Promise<void> {
  await send(page, "/register", person);
}

/** The same without clicking: an account, and the browser logged in to it with a cookie as the app sets it. */
export async function enterAsMember(app: TestApp, page: Page, person = ADA): Promise<void> {
  await registered(app.visitor(), person);
  const { email, password } = person;
  const answer = await page.request.post("/login", { form: { email, password }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
}

/** Opens `path` (unless it is open), types into its form (fields by their id) and sends it. Gives the page's answer. */
export async function send(
  page: Page,
  path: string,
  fields: Record<string, string>,
): Promise<Response | null> {
  if (new URL(page.url()).pathname !== path) await page.goto(path);
  return fillIn(page, fields);
}

/** The same on the page that is open. */
export async function fillIn(page: Page, fields: Record<string, string>): Promise<Response | null> {
  for (const [id, text] of Object.entries(fields)) await page.fill(`main #${id}`, text);
  return leave(page, () => page.click("main form > button"));
}

/** Does something that leads to another page, and waits for that page. */
export async function leave(page: Page, action: () => Promise<unknown>): Promise<Response | null> {
  const [answer] = await Promise.all([page.waitForNavigation({ waitUntil: "load" }), action()]);
  return answer;
}

function findChromium(): string | null {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen && !existsSync(chosen)) throw new Error(`CHROMIUM_PATH names no file: ${chosen}`);
  const folders = (process.env.PATH ?? "").split(delimiter);
  const usual = ["chromium", "chromium-browser", "google-chrome"].flatMap((name) =>
    ["/usr/bin", ...folders].map((folder) => join(folder, name)),
  );
  return chosen || (usual.find(isExecutable) ?? null);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
