import { describe, expect, it } from "vitest";
import { startApp, type TestApp } from "../support/app.ts";
import { ADA, type Fields, registered } from "../support/visitor.ts";

const NO_ADDRESSES = [
  "ada",
  "ada@example",
  "ada@@example.com",
  "ada@example.com@evil.test",
  ".ada@example.com",
  "ada..lovelace@example.com",
  "ada@-example.com",
  "ada@example..com",
  "ada@127.0.0.1",
  "ada@[127.0.0.1]",
  '"ada"@example.com',
  '"a@evil.test x"@example.com',
  "ada@example.com(evil)",
  "Ada <ada@example.com>",
  "ada@example.com,eve@evil.test",
  "ada@example.com eve@evil.test",
  "ada@x.test\r\nBcc: eve@evil.test",
  "ada@example.com\0",
  "ada\0@example.com",
  "ada＠example.com",
  "аda@example.com",
  "ada@exаmple.com",
  "ada@\u212aelvin.example",
  "ad\u0131@example.com",
  `${"a".repeat(65)}@example.com`,
  `ada@${"a".repeat(64)}.com`,
  `ada@${"abcdefgh.".repeat(30)}com`,
  `${"a@".repeat(2000)}`,
];

async function refused(app: TestApp, fields: Fields) {
  const answer = await app.visitor().post("/register", fields);
  expect(answer.status).toBe(422);
  expect(answer.text).not.toContain(ADA.password);
  expect(await app.mailbox.all()).toEqual([]);
  return answer;
}

describe("POST /register with something wrong in a field", () => {
  it.each([
    ["firstName", "Enter your first name"],
    ["lastName", "Enter your last name"],
    ["email", "Enter your email address"],
    ["password", "Enter your password"],
  ] as const)(
    "asks for %s when it is empty, missing, or sent twice, and keeps what was typed",
    async (name, message) => {
      const app = await startApp();
      const { [name]: _left, ...others } = ADA;
      for (const fields of [
        { ...ADA, [name]: "" },
        others,
        { ...ADA, [name]: [ADA[name], ADA[name]] },
        { ...others, [`${name}[]`]: ADA[name] },
        { ...others, [`${name}[a]`]: ADA[name] },
      ]) {
        const { text } = await refused(app, fields);
        expect(text).toContain("There is a problem");
        expect(text).toContain(`href="#${name}">${message}`);
        for (const [other, value] of Object.entries(others))
          if (other !== "password") expect(text).toContain(`value="${value}"`);
      }
    },
  );

  it("names every problem of an empty form at once", async () => {
    const { text } = await refused(await startApp(), {});
    for (const name of ["firstName", "lastName", "email", "password"])
      expect(text).toContain(`href="#${name}"`);
    expect(text).toContain("<title>Error: ");
  });

  it("refuses a name that is empty, endless, or hides something", async () => {
    const app = await startApp();
    for (const name of [
      "   ",
      "a".repeat(101),
      "Ada\0",
      "Ada\r\nBcc: eve@example.com",
      "\u001b[31mAda",
      "Ada\u202eecalevoL",
      "A\u200bda",
    ])
      for (const field of ["firstName", "lastName"])
        expect((await refused(app, { ...ADA, [field]: name })).text, name).toContain(`href="#${field}"`);
  });

  it.each(["O’Brien-Smith Jr.", "李", "Zoë", "𝒜".repeat(100), "{{7*7}} %s"])(
    "takes the name %s as it is",
    async (firstName) => {
      const app = await startApp();
      const visitor = await registered(app.visitor(), { ...ADA, firstName });
      await visitor.logIn();
      expect((await visitor.get("/")).text).toContain(`Hello, ${firstName}`);
    },
  );

  it("refuses what is no address, or passes for one in some programs only", async () => {
    const app = await startApp();
    for (const email of NO_ADDRESSES) {
      const { text } = await refused(app, { ...ADA, email });
      expect(text, email).toContain('href="#email">Enter an email address in the correct format');
    }
  });

  it("takes unusual addresses that are right", async () => {
    const app = await startApp();
    const unusual = ["ada+news@example.com", "ada'l@example.co.uk", "a@b.museum", "ada@xn--exmple-cua.com"];
    for (const email of unusual) {
      expect((await app.visitor().register({ ...ADA, email })).status, email).toBe(303);
      expect(await app.mailbox.to(email), email).toHaveLength(1);
    }
  });

  it("refuses fields that the form does not have", async () => {
    const app = await startApp();
    for (const name of ["id", "password_hash", "passwordHash", "isAdmin", "constructor", "firstName.x"]) {
      const { text } = await refused(app, { ...ADA, [name]: "chosen by a stranger" });
      expect(text, name).not.toContain("chosen by a stranger");
    }
  });

  it("shows what was typed as text and never as markup", async () => {
    const typed = { firstName: '"><svg onload=1>', lastName: "<%= 7*7 %>", email: "'><b>@x" };
    const { text } = await refused(await startApp(), { ...ADA, ...typed });
    expect(text).not.toContain("<svg");
    expect(text).not.toContain("<b>");
    expect(text).toContain("&lt;%= 7*7 %&gt;");
  });
});
