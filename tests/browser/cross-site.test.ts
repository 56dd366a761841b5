// Another site in the same browser: what its forms, frames and scripts get from the program while somebody is logged in.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { startApp } from "../support/app.ts";
import { ADA, GRACE } from "../support/visitor.ts";
import { describeInBrowser, enterAsMember, leave, type Open } from "./support.ts";

type Attack = [path: string, fields: Record<string, string>];
const LOGIN: Attack = ["/login", { email: GRACE.email, password: GRACE.password }];
const PROFILE: Attack = ["/profile", { firstName: "Mallory", lastName: "Mallory" }];
const PASSWORD: Attack = [
  "/change-password",
  { currentPassword: ADA.password, password: "mallory chose it" },
];
const ATTACKS: Attack[] = [LOGIN, PROFILE, PASSWORD, ["/logout", {}]];

describeInBrowser("another site", (open) => {
  it("can't send our forms", async () => {
    const { page, evil, origin } = await memberAndAttacker(open);
    const attack = async (site: string, [action, fields]: Attack) => {
      await page.goto(`${site}?${new URLSearchParams({ action: origin + action, ...fields })}`);
      const answer = await leave(page, () => page.getByRole("button", { name: "Win a prize" }).click());
      expect([site, action, answer?.status()]).toEqual([site, action, 403]);
    };
    // To another port of the same host a browser sends the cookie along as to ourselves.
    for (const one of ATTACKS) await attack(`${evil}/form`, one);
    // Another host; and a sandbox, whose origin is "null".
    await attack(`${evil.replace("127.0.0.1", "localhost")}/form`, LOGIN);
    await attack(`${evil}/sandbox`, PROFILE);
    await page.goto("/profile");
    expect(await page.inputValue("#firstName")).toBe("Ada");
  });

  it("can't show our pages in a frame", async () => {
    const { page, evil, origin } = await memberAndAttacker(open);
    for (const path of ["/login", "/profile", "/nothing-here", "/css/app.css"]) {
      const url = origin + path;
      const refused = page.waitForEvent("console", {
        predicate: (message) => message.text().includes("frame-ancestors"),
        timeout: 5000,
      });
      await page.goto(`${evil}/frame?${new URLSearchParams({ url })}`);
      await refused;
      await expect.poll(() => page.frames()[1]?.url()).toBe("chrome-error://chromewebdata/");
    }
  });

  it("can't read our pages, embed our files or keep a hand on a window of ours", async () => {
    const { page, evil, origin } = await memberAndAttacker(open);
    await page.goto(`${evil}/form`);
    const read = `fetch(${JSON.stringify(`${origin}/profile`)}, { credentials: "include" }).then((r) => r.text(), () => "refused")`;
    expect(await page.evaluate(read)).toBe("refused");
    const embed = `new Promise((resolve) => {
      const image = new Image();
      image.onload = () => resolve("shown");
      image.onerror = () => resolve("refused");
      image.src = ${JSON.stringify(`${origin}/favicon.svg`)};
    })`;
    const sameSite = await page.evaluate(embed);
    await page.goto(`${evil.replace("127.0.0.1", "localhost")}/form`);
    expect([sameSite, await page.evaluate(embed)]).toEqual(["refused", "refused"]);
    const [popup] = await Promise.all([
      page.waitForEvent("popup"),
      page.evaluate(`void (globalThis.ours = open(${JSON.stringify(`${origin}/login`)}))`),
    ]);
    await popup.waitForLoadState();
    expect(await page.evaluate("ours.closed")).toBe(true);
    expect(await popup.evaluate("opener")).toBe(null);
  });
});

async function memberAndAttacker(open: Open) {
  const app = await startApp();
  await app.visitor().register(GRACE);
  const page = await open(app, { strict: false });
  await enterAsMember(app, page);
  return { page, evil: `http://127.0.0.1:${await startAttacker()}`, origin: app.origin };
}

/** Pages that do what they are told in their address. Gives the port. */
async function startAttacker(): Promise<number> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://evil.invalid");
    const { action = "", url = "", ...fields } = Object.fromEntries(searchParams);
    if (pathname === "/sandbox")
      response.setHeader("Content-Security-Policy", "sandbox allow-forms allow-top-navigation");
    const inputs = Object.entries(fields).map(
      ([name, value]) => `<input type="hidden" name="${name}" value="${value}">`,
    );
    response
      .setHeader("Content-Type", "text/html")
      .end(
        pathname === "/frame"
          ? `<iframe src="${url}"></iframe>`
          : `<form method="post" action="${action}">${inputs.join("")}<button>Win a prize</button></form>`,
      );
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return (server.address() as AddressInfo).port;
}
