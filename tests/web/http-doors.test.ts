import { describe, expect, it } from "vitest";
import type { Feature } from "../../src/core.ts";
import { startApp } from "../support/app.ts";
import { loggedIn } from "../support/visitor.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"];

function countingFeature() {
  const calls: string[] = [];
  const feature: Feature = ({ pages, publicPages }) => {
    pages.get("/diary", (req, res) => {
      calls.push(req.method);
      res.send("dear diary");
    });
    pages.post("/diary", (req, res) => {
      calls.push(req.method);
      res.redirect(303, "/diary");
    });
    pages.get("/diary/:day", (req, res) => {
      calls.push(req.method);
      res.send(`dear ${req.params.day}`);
    });
    publicPages.get("/guestbook", (_req, res) => void res.send("guests"));
    pages.post("/guestbook", (req, res) => {
      calls.push(req.method);
      res.redirect(303, "/guestbook");
    });
  };
  return { feature, calls };
}

describe("a page that was added without a word about who may see it", () => {
  it("is closed to guests on every method, before its handler runs", async () => {
    const { feature, calls } = countingFeature();
    const guest = (await startApp({ extraFeatures: [feature] })).visitor();
    for (const path of ["/diary", "/diary/", "/DIARY", "/diary/monday", "/diary?user=1"])
      for (const method of METHODS) {
        const answer = await guest.send(method, path);
        expect([302, 401], `${method} ${path}`).toContain(answer.status);
        if (answer.status === 302) expect(answer.headers.location).toMatch(/^\/login\?next=%2F/);
        expect(answer.text ?? "").not.toContain("dear");
      }
    expect(calls).toEqual([]);
  });

  it("is open to a member, on the methods that it has", async () => {
    const { feature, calls } = countingFeature();
    const ada = await loggedIn((await startApp({ extraFeatures: [feature] })).visitor());
    expect((await ada.get("/diary")).text).toBe("dear diary");
    expect((await ada.get("/diary/monday")).text).toBe("dear monday");
    expect((await ada.post("/diary")).status).toBe(303);
    expect((await ada.send("DELETE", "/diary")).status).toBe(405);
    expect(calls).toEqual(["GET", "GET", "POST"]);
  });

  it("keeps its closed form behind the wall though the page itself is public", async () => {
    const { feature, calls } = countingFeature();
    const guest = (await startApp({ extraFeatures: [feature] })).visitor();
    expect((await guest.get("/guestbook")).text).toBe("guests");
    expect((await guest.post("/guestbook")).status).toBe(401);
    expect((await guest.send("DELETE", "/guestbook")).status).toBe(401);
    expect(calls).toEqual([]);
  });
});
