import { expect, it } from "vitest";
import { startApp } from "../support/app.ts";
import { ADA } from "../support/visitor.ts";
import { describeInBrowser, enterAsMember, leave, send } from "./support.ts";

const NEW_PASSWORD = {
  type: "password",
  autocomplete: "new-password",
  minlength: "15",
  passwordrules: "minlength: 15;",
};
const CURRENT_PASSWORD = { type: "password", autocomplete: "current-password" };
const ACCOUNT = { type: "email", autocomplete: "username", value: ADA.email };
const NAMES = {
  firstName: { type: "text", autocomplete: "given-name" },
  lastName: { type: "text", autocomplete: "family-name" },
};

describeInBrowser("fields", (open) => {
  it("say what belongs in them, and have nothing that cuts, rejects or rewrites what is put in", async () => {
    const app = await startApp();
    const page = await open(app);
    const expectFields = async (path: string, fields: Record<string, Record<string, string>>) => {
      await page.goto(path);
      expect(new URL(page.url()).pathname).toBe(
        path.startsWith("/reset-password/") ? "/reset-password" : path,
      );
      const found = await page.evaluate<Record<string, Record<string, string>>>(FIELDS);
      expect(Object.keys(found)).toEqual(Object.keys(fields));
      expect(found).toMatchObject(fields);
      for (const [name, field] of Object.entries(found)) expect([name, ...faults(field)]).toEqual([name]);
      const passwords = Object.values(found).filter(({ type }) => type === "password").length;
      expect(await page.getByRole("button", { name: "Show password" }).count()).toBe(passwords);
    };

    const email = { type: "email", autocomplete: "username" };
    await expectFields("/login", {
      email,
      password: { ...CURRENT_PASSWORD, enterkeyhint: "go" },
      rememberMe: { type: "checkbox" },
    });
    await expectFields("/register", { ...NAMES, email, password: NEW_PASSWORD });
    await expectFields("/forgot-password", { email });
    await enterAsMember(app, page);
    await expectFields("/profile", NAMES);
    await expectFields("/change-password", {
      username: ACCOUNT,
      currentPassword: CURRENT_PASSWORD,
      password: NEW_PASSWORD,
    });
    await send(page, "/forgot-password", { email: ADA.email });
    const link = await app.mailbox.link(ADA.email, /^Reset/, "/reset-password/");
    await expectFields(link, { username: ACCOUNT, password: NEW_PASSWORD });
  });

  it("take a password from the clipboard", async () => {
    const app = await startApp();
    const page = await open(app);
    const paste = async (path: string, id: string) => {
      await page.goto(path);
      await page.focus(id);
      await page.keyboard.press("ControlOrMeta+V");
      expect(await page.inputValue(id)).toBe(ADA.password);
    };
    await page.goto("/login");
    await page.fill("#email", ADA.password);
    await page.focus("#email");
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.press("ControlOrMeta+C");
    await paste("/login", "#password");
    await paste("/register", "#password");
    await enterAsMember(app, page);
    await paste("/change-password", "#currentPassword");
    await paste("/change-password", "#password");
  });
});

describeInBrowser("the button that shows a password", (open) => {
  it("works by keyboard, says what it did, and hides the password again before it is sent", async () => {
    const page = await open(await startApp());
    await page.goto("/login");
    await page.fill("#email", ADA.email);
    await page.focus("#password");
    await page.keyboard.type("half of a sec");
    await page.keyboard.press("Tab");
    const state = () =>
      page.evaluate<
        string[]
      >(`[document.activeElement.ariaLabel, document.activeElement.innerText, password.type,
        document.querySelector("form [role=status]").innerText]`);
    expect(await state()).toEqual(["Show password", "Show", "password", ""]);
    await page.keyboard.press("Enter");
    expect(await state()).toEqual(["Hide password", "Hide", "text", "Your password is shown"]);
    await page.keyboard.press("Space");
    expect(await state()).toEqual(["Show password", "Show", "password", "Your password is hidden"]);
    await page.keyboard.press("Space");
    await page.keyboard.press("Shift+Tab");
    // The form is looked at in the moment it is sent.
    await page.evaluate(
      `password.form.addEventListener("submit", () => sessionStorage.setItem("type", password.type))`,
    );
    const answer = await leave(page, () => page.keyboard.press("Enter"));
    expect(answer?.request().postData()).toBe("email=ada%40example.com&password=half+of+a+sec");
    expect(await page.evaluate(`sessionStorage.getItem("type")`)).toBe("password");
    expect(await page.inputValue("#password")).toBe("");
  });
});

/** What no field may have, and what every field must. */
function faults({ type, ...field }: Record<string, string>): string[] {
  const wrong = ["maxlength", "placeholder", "pattern"].filter((attribute) => attribute in field);
  if ((type === "email" || type === "password") && !("readonly" in field)) {
    if (field.spellcheck !== "false") wrong.push("is spell-checked");
    if (field.autocapitalize !== "none") wrong.push("gets a capital letter");
  }
  if (type === "password" && field.value) wrong.push("is filled in");
  return wrong;
}

/** The attributes of every named field of the page's form, by the field's name. */
const FIELDS = `Object.fromEntries([...document.querySelector("main form").elements].filter(({ name }) => name).map((input) =>
  [input.name, Object.fromEntries([...input.attributes].map(({ name, value }) => [name, value]))]))`;
