// The variables with a shape of their own: what is taken for what, and what is refused.
import { describe, expect, it } from "vitest";
import { readSettings } from "../../config/env.ts";
import { problems } from "./problems.ts";

describe("TRUST_PROXY", () => {
  const trusted = (TRUST_PROXY: string) => readSettings({ TRUST_PROXY }).trustProxy;

  it("is a number of proxies or a list of networks", () => {
    expect(trusted("1")).toBe(1);
    expect(trusted("10.0.0.0/8, 127.0.0.1,fd00::/8")).toEqual(["10.0.0.0/8", "127.0.0.1", "fd00::/8"]);
    expect(readSettings({}).trustProxy).toBe(false);
  });

  it.each([
    "true",
    "TRUE",
    "yes",
    "*",
    "all",
    "0",
    "-1",
    "1.5",
    "100",
    "loopback",
    "10.0.0.0/33",
    "fd00::/129",
    "10.0.0/8",
    "10.0.0.1,",
    "example.com",
    "::10.0.0.1/96",
  ])("is not %s, because anyone could then forge an address", (value) => {
    expect(problems({ TRUST_PROXY: value })).toEqual([expect.stringMatching(/^TRUST_PROXY .+forge/)]);
  });

  it.each(["0.0.0.0/0", "::/0", "10.0.0.0/8,0.0.0.0/0"])(
    "is not %s, which says true in other words",
    (value) => {
      expect(problems({ TRUST_PROXY: value })).toEqual([expect.stringMatching(/^TRUST_PROXY /)]);
    },
  );
});

describe("BASE_URL", () => {
  it.each([
    ["https://Login.Example.COM/", "https://login.example.com"],
    ["https://example.com:443", "https://example.com"],
    ["https://example.com:8443", "https://example.com:8443"],
    ["http://[::1]:3000", "http://[::1]:3000"],
    ["https://bücher.example", "https://xn--bcher-kva.example"],
  ])("%s is the origin %s", (given, origin) => {
    expect(readSettings({ BASE_URL: given }).baseUrl).toBe(origin);
  });

  it.each([
    ...[
      "example.com",
      "https://",
      "//example.com",
      "ftp://example.com",
      "javascript:alert(1)",
      "https:example.com",
    ],
    ...[
      "https://example.com/app",
      "https://example.com?x=1",
      "https://example.com#x",
      "https://ada:pw@example.com",
    ],
    ...[
      "https://exa mple.com",
      "https://example.com\\evil",
      "file:///etc/passwd",
      "https://example.com:99999",
    ],
  ])("is not %s, and that is told once", (value) => {
    expect(problems({ BASE_URL: value })).toEqual([
      expect.stringMatching(/^BASE_URL .+for example https:\/\/example\.com\.$/),
    ]);
  });
});

describe("MAIL_FROM", () => {
  it.each([
    ["Auth Flow <no-reply@example.com>", "Auth Flow", "no-reply@example.com"],
    ["no-reply@example.com", "", "no-reply@example.com"],
    ["<no-reply@example.com>", "", "no-reply@example.com"],
    ["Zoë & Söhne, Inc. <a@b.example>", "Zoë & Söhne, Inc.", "a@b.example"],
    ["Auth\u2028Flow <a@b.example>", "Auth\u2028Flow", "a@b.example"],
  ])("%s has its name and its address", (MAIL_FROM, name, address) => {
    expect(readSettings({ MAIL_FROM }).mail.from).toEqual({ name, address });
  });

  it.each([
    ...[
      "nobody",
      "Auth Flow",
      "<>",
      "Auth Flow <no-reply@example.com",
      "no-reply@example.com>",
      "Auth Flow no-reply@example.com",
    ],
    ...["a@b@c", "a@b.example, c@d.example", "A <a@b.example> <c@d.example>", "A\r\nBcc: x <a@b.example>"],
  ])("is not %j", (MAIL_FROM) => {
    expect(problems({ MAIL_FROM })).toEqual([expect.stringMatching(/^MAIL_FROM /)]);
  });
});

describe("SMTP_URL", () => {
  const over = (SMTP_URL: string) => ({ MAIL_TRANSPORT: "smtp", SMTP_URL });

  it("is a mail server, with a user and a password in which % is %25", () => {
    const url = "smtp://ada:100%25@mail.example.com:587";
    expect(readSettings(over(url)).mail.smtpUrl).toBe(url);
  });

  it.each(["smtp://ada:100%@mail.example.com", "smtps://%zz:pw@mail.example.com", "smtp://ada:%ff@h"])(
    "is not %s, which nobody could decode",
    (url) => {
      expect(problems(over(url))).toEqual([expect.stringMatching(/^SMTP_URL .+%25/)]);
    },
  );

  it.each(["mail.example.com", "smtp://", "smtp:///path", "http://u:%@mail.example.com"])(
    "is not %s",
    (url) => {
      expect(problems(over(url))).toEqual(["SMTP_URL must be smtp://user:pass@host:port."]);
    },
  );
});
