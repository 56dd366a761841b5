// Mail leaves through a stand-in for Mailjet here, because the development mailbox keeps what it was given.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { startApp } from "../support/app.ts";
import { everythingStored } from "../support/everything-stored.ts";
import { ADA, registered } from "../support/visitor.ts";

const NEW = "eleven copper kites at noon";

async function mailjet() {
  const texts: string[] = [];
  const server = createServer((req, res) => {
    let body = "";
    req.on("data", (chunk) => {
      body += chunk;
    });
    req.on("end", () => {
      texts.push(JSON.parse(body).Messages[0].TextPart);
      res.setHeader("Content-Type", "application/json");
      res.end(JSON.stringify({ Messages: [{ Status: "success" }] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = {
    MAIL_TRANSPORT: "mailjet",
    MAILJET_API_KEY: "key",
    MAILJET_API_SECRET: "secret",
    MAILJET_API_URL: url,
  };
  return { env: { ...env, LOG_LEVEL: "trace" }, texts };
}

describe("the secrets of a reset", () => {
  it("are in no log line and nowhere in the database, at any step", async () => {
    const { env, texts } = await mailjet();
    const app = await startApp({ env });
    await registered(app.visitor());
    const ada = app.visitor();
    await ada.fillIn("/forgot-password", { email: ADA.email });
    await app.mailer.deliverDue();
    const token = /\/reset-password\/([\w-]{43})/.exec(texts.join("\n"))?.[1];
    if (!token) throw new Error(`no link in ${texts}`);
    const cookies: string[] = [];
    const check = async () => {
      const stored = await everythingStored(app);
      if (ada.cookie) cookies.push(decodeURIComponent(ada.cookie).slice(2).split(".")[0] ?? "");
      for (const secret of [token, ADA.password, NEW, ...cookies]) {
        expect(JSON.stringify(app.logs)).not.toContain(secret);
        expect(stored).not.toContain(secret);
      }
      expect(stored).toContain(ADA.email);
    };
    await check();
    await ada.get(`/reset-password/${token}`);
    await check();
    await ada.post("/reset-password", { password: "short" });
    await ada.fillIn("/reset-password", { password: NEW });
    await check();
    await ada.logIn({ ...ADA, password: NEW });
    await ada.get(`/reset-password/${token}`);
    await ada.get(`/reset-password/${token}/more`);
    await ada.post(`/reset-password/${token}`, { password: NEW });
    await app.mailer.deliverDue();
    await check();
    expect(cookies.length).toBeGreaterThan(1);
  });

  it("are not on the page that follows, nor in its address", async () => {
    const { env, texts } = await mailjet();
    const app = await startApp({ env });
    await registered(app.visitor());
    const ada = app.visitor();
    await ada.fillIn("/forgot-password", { email: ADA.email });
    await app.mailer.deliverDue();
    const token = /\/reset-password\/([\w-]{43})/.exec(texts.join("\n"))?.[1] ?? "";
    const opened = await ada.get(`/reset-password/${token}`);
    expect(opened.headers.location).toBe("/reset-password");
    expect(opened.headers["cache-control"]).toBe("no-store");
    expect(opened.text).not.toContain(token);
    expect((await ada.get("/reset-password")).text).not.toContain(token);
  });
});
