// A person's whole way through the program, by what they read on the page, with JavaScript and without; and back again.
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { startApp } from "../support/app.ts";
import { ADA, registered } from "../support/visitor.ts";
import { describeInBrowser, enterAsMember, fillIn, leave, openAccount } from "./support.ts";

const SECOND_PASSWORD = "copper lanterns under the bridge";
const THIRD_PASSWORD = "nine quiet herons on stilts";
const PRIVATE = /ada@example\.com|Lovelace|Hello, Ada/;

describeInBrowser("a person", (open) => {
  for (const javaScriptEnabled of [true, false]) {
    it(`gets from registering to a reset password, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async () => {
      const app = await startApp();
      const page = await open(app, { javaScriptEnabled });
      const { email } = ADA;

      await page.goto("/");
      await click(page, "main", "Register");
      await openAccount(page);
      await reads(page, "Log in", "Check your email");
      await click(page, "main", "open the mailbox");
      await click(page, "main", /^Confirm your/);
      await click(page, "main", /\/verify-email\//);
      await reads(page, "Confirm your email address", email);
      await fillIn(page, {});
      await reads(page, "Log in", "Your email address is confirmed.");

      // They were on their way to the dashboard.
      await page.goto("/dashboard");
      await reads(page, "Log in");
      expect(await page.locator("main button").allInnerTexts()).toEqual(
        javaScriptEnabled ? ["Show", "Log in"] : ["Log in"],
      );
      await fillIn(page, { email, password: "not the right words" });
      await reads(page, "Log in", "Email address or password is not correct");
      expect(await page.inputValue("#email")).toBe(email);
      await page.getByLabel("Remember me on this device").check();
      await fillIn(page, { password: ADA.password });
      await reads(page, "Dashboard", "Ada");
      const [cookie] = await page.context().cookies();
      expect(cookie?.expires).toBeGreaterThan(Date.now() / 1000 + 29 * 86_400);

      await page.goto("/profile");
      await fillIn(page, { firstName: "Augusta", lastName: "King" });
      await reads(page, "Profile", "Your profile is saved.");
      await page.reload();
      expect(await page.inputValue("#firstName")).toBe("Augusta");
      expect(await page.textContent("main")).not.toContain("Your profile is saved.");

      await click(page, "main", "Change password");
      await fillIn(page, { currentPassword: ADA.password, password: SECOND_PASSWORD });
      await reads(page, "Profile", "Your password is changed.");
      await leave(page, () => page.getByRole("button", { name: "Log out" }).click());
      await reads(page, "Log in", "You are logged out.");

      await click(page, "main", "Forgot password?");
      await fillIn(page, { email });
      await reads(page, "Forgot password", `If there is an account for ${email}`);
      await click(page, "main", "open the mailbox");
      await click(page, "main", /^Reset your/);
      await click(page, "main", /\/reset-password\//);
      await reads(page, "Choose a new password", email);
      expect(new URL(page.url()).pathname).toBe("/reset-password");
      await fillIn(page, { password: THIRD_PASSWORD });
      await reads(page, "Log in", "Your password is changed.");

      await fillIn(page, { email, password: SECOND_PASSWORD });
      await reads(page, "Log in", "Email address or password is not correct");
      await fillIn(page, { email, password: THIRD_PASSWORD });
      await reads(page, "Hello, Augusta");
    });
  }
});

describeInBrowser("the back button", (open) => {
  it("leads to the login page after a logout, from every page that was open", async () => {
    const app = await startApp();
    const page = await open(app, { reducedMotion: "no-preference" });
    await page.goto("/login");
    await enterAsMember(app, page);
    for (const path of ["/", "/dashboard", "/profile", "/change-password"]) await page.goto(path);
    await leave(page, () => page.getByRole("button", { name: "Log out" }).click());
    for (const next of ["/change-password", "/profile", "/dashboard"]) {
      await goBack(page);
      expect([await page.textContent("h1"), new URL(page.url()).searchParams.get("next")]).toEqual([
        "Log in",
        next,
      ]);
      expect(await page.content()).not.toMatch(PRIVATE);
    }
    await goBack(page);
    expect(await page.textContent("h1")).toBe("Welcome to Auth Flow");
  });

  it("does not bring a password back", async () => {
    const app = await startApp();
    const page = await open(app);
    await registered(app.visitor());
    await page.goto("/");
    await page.goto("/login");
    await fillIn(page, { email: ADA.email, password: ADA.password });
    await goBack(page);
    expect(await page.content()).not.toContain(ADA.password);
    expect(await page.locator("input[type=password]").count()).toBe(0);
  });

  it("shows nothing in a second tab that was open, once it asks the server for anything", async () => {
    const app = await startApp();
    const first = await open(app);
    await enterAsMember(app, first);
    await first.goto("/profile");
    const second = await first.context().newPage();
    await second.goto("/dashboard");
    await leave(first, () => first.getByRole("button", { name: "Log out" }).click());
    await leave(second, () => second.getByRole("link", { name: "Ada" }).click());
    expect(new URL(second.url()).pathname).toBe("/login");
    expect(await second.content()).not.toMatch(PRIVATE);
  });
});

/** Follows a link that is to be seen in this part of the page. */
async function click(page: Page, part: string, name: string | RegExp): Promise<void> {
  await leave(page, () => page.locator(part).getByRole("link", { name }).first().click());
}

/** The page's heading, and words somewhere in its content. */
async function reads(page: Page, heading: string, words = ""): Promise<void> {
  expect(await page.textContent("h1")).toBe(heading);
  expect((await page.innerText("main")).replaceAll(/\s+/g, " ")).toContain(words);
}

/** As the button does it. A page that came back from memory would not load, and fail here. */
async function goBack(page: Page): Promise<void> {
  await page.goBack({ waitUntil: "commit" });
  await page.waitForLoadState("load", { timeout: 5000 });
}
