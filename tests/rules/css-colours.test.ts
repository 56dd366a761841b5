// Colours are held to WCAG 2.2 AA in both schemes: 4.5 to 1 for text (1.4.3), 3 to 1 for the edge of a field (1.4.11).
import { describe, expect, it } from "vitest";
import { read } from "./files.ts";

const css = read("public/css/app.css");
const variables = [...css.matchAll(/--([\w-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\);/g)];
const schemes = {
  light: Object.fromEntries(variables.map(([, name, light]) => [name, light])),
  dark: Object.fromEntries(variables.map(([, name, , dark]) => [name, dark])),
};

/** Text or edge, what it stands on, and the contrast it needs. */
const PAIRS: [string, string, number][] = [
  ["ink", "bg", 4.5],
  ["ink", "card", 4.5],
  ["muted", "bg", 4.5],
  ["muted", "card", 4.5],
  ["accent", "bg", 4.5],
  ["accent", "card", 4.5],
  ["accent-ink", "accent", 4.5],
  ["ok", "ok-bg", 4.5],
  ["bad", "bad-bg", 4.5],
  ["bad", "card", 4.5],
  ["field", "card", 3],
  ["bad", "bg", 3],
  ["ok", "bg", 3],
];

/** WCAG's relative luminance of #rrggbb. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe("the colours of app.css", () => {
  it("are measured correctly", () => {
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21);
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
  });

  it.each(Object.entries(schemes))("can be read in the %s scheme", (scheme, colours) => {
    for (const [front, back, needed] of PAIRS) {
      const pair = `${front} on ${back}, ${scheme}`;
      expect(colours[front], pair).toBeDefined();
      expect(colours[back], pair).toBeDefined();
      expect(contrast(colours[front] ?? "", colours[back] ?? ""), pair).toBeGreaterThanOrEqual(needed);
    }
  });

  it("are all named: no rule has a colour of its own that nobody measures", () => {
    const rules = css.replace(/--[\w-]+:\s*light-dark\([^)]*\);/g, "");
    expect(rules.match(/#[0-9a-f]{3,8}\b|\b(rgb|hsl|oklch|color-mix)\(/gi)).toBeNull();
  });

  it("come in pairs for both schemes, and each one that is used is defined", () => {
    const used = new Set(
      [...css.matchAll(/(?:color|background|border[\w-]*|outline|accent-color):[^;]*var\(--([\w-]+)\)/g)].map(
        ([, name]) => name ?? "",
      ),
    );
    const sizes = ["radius", "tap"];
    expect([...used].filter((name) => !(name in schemes.light) && !sizes.includes(name))).toEqual([]);
    expect(variables.length).toBe(new Set(variables.map(([, name]) => name)).size);
  });
});
