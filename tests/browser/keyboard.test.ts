// Somebody without a mouse, or with a screen reader: where Tab goes, what is to be seen of it, and where a mistake leads.
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { startApp, type TestApp } from "../support/app.ts";
import { ADA } from "../support/visitor.ts";
import { describeInBrowser, enterAsMember, fillIn, PHONE, send } from "./support.ts";

/** Goes to the page with the form that a reset link leads to. */
async function openReset(app: TestApp, page: Page): Promise<void> {
  await send(page, "/forgot-password", { email: ADA.email });
  await page.goto(await app.mailbox.link(ADA.email, /^Reset/, "/reset-password/"));
}

describeInBrowser("by keyboard", (open) => {
  it("Tab goes through every page from top to bottom, shows where it is, and skips what nobody should fill in", async () => {
    const app = await startApp();
    const page = await open(app, { viewport: PHONE });
    await page.goto("/login");
    expect(await walk(page)).toEqual([
      ...["Skip to content", "Auth Flow", "Home", "Log in", "Register"],
      ...["#email", "#password", "Show password", "#rememberMe", "Log in"],
      ...["Forgot password?", "Register", "open the mailbox"],
    ]);
    await page.goto("/register");
    expect(fields(await walk(page))).toEqual(["#firstName", "#lastName", "#email", "#password"]);
    await enterAsMember(app, page);
    await page.goto("/change-password");
    expect(fields(await walk(page))).toEqual(["#currentPassword", "#password"]);
    await page.goto("/profile");
    expect(fields(await walk(page))).toEqual(["#firstName", "#lastName"]);
    await openReset(app, page);
    expect(fields(await walk(page))).toEqual(["#password"]);
  });

  it("the first stop is a link over the bar to the content", async () => {
    const page = await open(await startApp());
    await page.goto("/login");
    const link = page.getByRole("link", { name: "Skip to content" });
    expect((await link.boundingBox())?.width).toBe(1);
    await page.keyboard.press("Tab");
    expect((await link.boundingBox())?.width).toBeGreaterThan(100);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("#email");
  });

  it("every refused form begins at its list of mistakes", async () => {
    const app = await startApp();
    const page = await open(app);
    await page.goto("/login");
    await expectMistakes(page, ["email", "password"]);
    await page.goto("/register");
    await expectMistakes(page, ["firstName", "lastName", "email", "password"]);
    await page.goto("/forgot-password");
    await expectMistakes(page, ["email"]);
    await enterAsMember(app, page);
    await page.goto("/change-password");
    await expectMistakes(page, ["currentPassword", "password"]);
    await page.goto("/profile");
    await page.fill("#firstName", "");
    await page.fill("#lastName", " ");
    await expectMistakes(page, ["firstName", "lastName"]);
    await openReset(app, page);
    await expectMistakes(page, ["password"]);
  });

  it("so it does without JavaScript", async () => {
    const page = await open(await startApp(), { javaScriptEnabled: false });
    await page.goto("/login");
    await expectMistakes(page, ["email", "password"]);
  });
});

/** Sends the form as it is, and follows each line of the list that comes back to its field. */
async function expectMistakes(page: Page, ids: string[]): Promise<void> {
  const title = await page.title();
  const answer = await fillIn(page, {});
  expect(answer?.status()).toBe(422);
  expect(await page.title()).toBe(`Error: ${title}`);
  // A browser gives the focus only when it paints.
  const inFocus = () => page.evaluate<string>("document.activeElement.innerText");
  await expect.poll(inFocus).toMatch(/^There is a problem\n/);
  const lines = page.locator(".summary li");
  expect(await lines.count()).toBe(ids.length);
  for (const [index, id] of ids.entries()) {
    const message = await lines.nth(index).innerText();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await focused(page)).toBe(`#${id}`);
    // What a screen reader says at the field: the same words.
    const described = await page.evaluate<string>(
      `[...document.activeElement.getAttribute("aria-describedby").split(" ")].map((id) => document.getElementById(id).textContent).join("|")`,
    );
    expect(described).toContain(`Error: ${message}`);
    expect(await page.getAttribute(`#${id}`, "aria-invalid")).toBe("true");
    await page.locator(".summary a").nth(index).focus();
  }
}

const fields = (stops: string[]) => stops.filter((stop) => stop.startsWith("#"));

/** Every stop of the Tab key, each with what is wrong with its ring. */
async function walk(page: Page): Promise<string[]> {
  const stops: string[] = [];
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press("Tab");
    const stop = await focused(page);
    if (stop === "") return stops;
    stops.push([stop, ...(await page.evaluate<string[]>(RING))].join(": "));
  }
  throw new Error(`Tab finds no end: ${stops.join(", ")}`);
}

/** "#id" of a field, else the name of a link or button; "" when the focus has left the page. */
function focused(page: Page): Promise<string> {
  return page.evaluate<string>(`(({ id, tagName, ariaLabel, innerText }) =>
    tagName === "INPUT" ? "#" + id : tagName === "BODY" ? "" : ariaLabel ?? innerText)(document.activeElement)`);
}

const RING = `(() => {
  const { outlineStyle, outlineWidth, outlineOffset, outlineColor } = getComputedStyle(document.activeElement);
  const reach = parseFloat(outlineOffset) + parseFloat(outlineWidth);
  const box = document.activeElement.getBoundingClientRect();
  const wrong = [];
  if (outlineStyle !== "solid" || parseFloat(outlineWidth) < 2) wrong.push("outline " + outlineStyle + " " + outlineWidth);
  if (/, 0\\)|transparent/.test(outlineColor)) wrong.push("outline is " + outlineColor);
  if (box.left < reach || box.top < reach || box.right + reach > innerWidth) wrong.push("outline is cut off at the edge of the screen");
  return wrong;
})()`;
