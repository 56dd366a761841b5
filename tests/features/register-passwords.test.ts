import { describe, expect, it } from "vitest";
import { startApp } from "../support/app.ts";
import { ADA } from "../support/visitor.ts";

const ALPHABET = "kq7vwz2jx9rfbm4htpd8gcn3";

/** `length` characters that nobody would guess, the same at every run. */
function unguessable(length: number): string {
  return Array.from({ length }, (_, index) => ALPHABET[(index * index * 7 + index * 5) % 24]).join("");
}

async function answerTo(password: string, env: Record<string, string> = {}) {
  const app = await startApp({ env });
  return app.visitor().register({ ...ADA, password });
}

describe("POST /register and its password", () => {
  it.each([
    ["15 characters", unguessable(15)],
    ["256 characters", unguessable(256)],
    ["only small letters and spaces", "violet tractor sings at dawn"],
    ["letters of many alphabets", "Ærø жук 猫 λάμδα ñandú"],
    ["leading and trailing spaces", " plum kettle orbit seven "],
    ["15 emoji", "🦊🚲🌵🎻🧊🪁🐙🍋🛶🔭🪴🥁🦉🧭🍄"],
    ["256 emoji", "🦊🚲🌵🎻🧊🪁🐙🍋🛶🔭🪴🥁🦉🧭🍄🧵".repeat(16)],
  ])("takes %s", async (_what, password) => {
    expect((await answerTo(password)).status).toBe(303);
  });

  it.each([
    ["14 characters", unguessable(14), "must be 15 characters or more"],
    ["14 emoji, which are 28 to a computer", "🦊🚲🌵🎻🧊🪁🐙🍋🛶🔭🪴🥁🦉🧭", "must be 15 characters or more"],
    ["14 letters typed as 28", "e\u0301a\u0300".repeat(7), "must be 15 characters or more"],
    ["257 characters", unguessable(257), "must be 256 characters or fewer"],
    ["257 emoji", "🦊".repeat(257), "must be 256 characters or fewer"],
    ["a NUL", `${unguessable(20)}\0`, "can&#39;t be typed again"],
    ["a well-known one", "passwordpassword", "harder to guess"],
    ["one character over and over", "aaaaaaaaaaaaaaaaaaaa", "harder to guess"],
    ["a row of keys", "qwertyuiopasdfghjkl", "harder to guess"],
    ["a sequence", "123456789012345678", "harder to guess"],
    ["spaces", " ".repeat(20), "harder to guess"],
    ["their name", "AdaLovelaceAdaLovelace", "harder to guess"],
    ["their address", "ada@example.com", "harder to guess"],
    ["the name of this site", "Auth Flow Auth Flow", "harder to guess"],
    ["a long repetition", "password".repeat(30), "harder to guess"],
  ])("refuses %s, and says why", async (_what, password, reason) => {
    const answer = await answerTo(password);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('href="#password"');
    expect(answer.text).toContain(reason);
    expect(answer.text).not.toMatch(/type="password"[^>]*value=/);
    expect(answer.text).toContain(`value="${ADA.email}"`);
  });

  it("takes a shorter one where PASSWORD_MIN_LENGTH allows it", async () => {
    const env = { PASSWORD_MIN_LENGTH: "8" };
    expect((await answerTo("xQ7$vT2k", env)).status).toBe(303);
    expect((await answerTo("xQ7$vT2", env)).text).toContain("must be 8 characters or more");
    expect((await answerTo("password1", env)).text).toContain("harder to guess");
  });

  it("knows the name the site was given", async () => {
    const answer = await answerTo("Penguin Palace Penguin", { APP_NAME: "Penguin Palace" });
    expect(answer.status).toBe(422);
  });
});
