import { describe, expect, it } from "vitest";
import { startApp } from "../support/app.ts";
import { ADA, registered, type Visitor } from "../support/visitor.ts";

const FORGED: Record<string, string>[] = [
  { host: "evil.test" },
  { host: "127.0.0.1:1@evil.test" },
  { "x-forwarded-host": "evil.test" },
  { forwarded: "host=evil.test;proto=https" },
  { "x-host": "evil.test", "x-original-host": "evil.test", "x-forwarded-server": "evil.test" },
];

describe("a forged Host", () => {
  it.each(["", "1"])("is in no mail, redirect or page, with TRUST_PROXY=%s", async (trust) => {
    const app = await startApp(trust ? { env: { TRUST_PROXY: trust } } : {});
    await registered(app.visitor());
    for (const headers of FORGED) {
      const stranger = app.visitor();
      stranger.headers = headers;
      const answers = [
        await stranger.post("/register", ADA),
        await stranger.post("/forgot-password", { email: ADA.email }),
        await stranger.get("/profile"),
        await stranger.get("/login"),
        await stranger.get("/nowhere"),
      ];
      for (const { headers, text } of answers)
        expect(`${headers.location} ${headers["set-cookie"]} ${text}`).not.toContain("evil.test");
    }
    for (const mail of await app.mailbox.all()) {
      expect(mail.text + mail.html).not.toContain("evil.test");
      for (const link of mail.text.match(/https?:\/\/\S+/g) ?? [])
        expect(new URL(link).origin).toBe(app.origin);
    }
  });
});

describe("X-Forwarded-For", () => {
  async function loggedAddress(env: Record<string, string>, forwarded: string): Promise<unknown> {
    const app = await startApp({ env });
    const visitor: Visitor = app.visitor();
    visitor.headers = { "x-forwarded-for": forwarded };
    await visitor.logIn();
    return app.logs.find(({ event }) => event === "login")?.ip;
  }

  it("is ignored without TRUST_PROXY", async () => {
    expect(await loggedAddress({}, "203.0.113.9")).toBe("127.0.0.1");
  });

  it.each([
    ["1", "203.0.113.9", "203.0.113.9"],
    ["1", "10.9.9.9, 203.0.113.9", "203.0.113.9"],
    ["2", "10.9.9.9, 203.0.113.9, 192.0.2.1", "203.0.113.9"],
    ["127.0.0.0/8", "10.9.9.9, 203.0.113.9", "203.0.113.9"],
    ["127.0.0.0/8,192.0.2.0/24", "203.0.113.9, 192.0.2.1", "203.0.113.9"],
    ["192.0.2.0/24", "203.0.113.9", "127.0.0.1"],
    ["1", "::ffff:203.0.113.9", "203.0.113.9"],
    ["1", "2001:db8::1", "2001:db8::1"],
  ])("with TRUST_PROXY=%s, of %s only what the proxy added is believed", async (trust, forwarded, ip) => {
    expect(await loggedAddress({ TRUST_PROXY: trust }, forwarded)).toBe(ip);
  });

  it.each(["nonsense", "203.0.113.9:1234", "", "unknown", "' OR 1=1", "a".repeat(5000)])(
    "of %j breaks nothing",
    async (forwarded) => {
      expect(await loggedAddress({ TRUST_PROXY: "1" }, forwarded)).toEqual(expect.any(String));
    },
  );
});
