// What no view may do: print unescaped, carry script or style, leave the site, or write a password field of its own.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import ejs from "ejs";
import { describe, expect, it } from "vitest";
import { filesOf, ROOT } from "./files.ts";

const VIEWS = join(ROOT, "views");
const views = filesOf(["views"], ".ejs");
/** A mail has no style sheet, so its styles are where they are used. */
const pages = views.filter(({ path }) => !path.startsWith("views/mail/"));

/** The markup without the EJS between it: what a browser gets, whatever the values. */
const markup = (text: string) => text.replace(/<%[\s\S]*?%>/g, "§");
const tags = (text: string) => markup(text).match(/<[a-z!][^>]*>/gi) ?? [];
const code = (text: string) => [...text.matchAll(/<%([=_-]?)(?!#)([\s\S]*?)%>/g)];

const offenders = (list: typeof views, is: (text: string) => boolean) =>
  list.filter(({ text }) => is(text)).map(({ path }) => path);

describe("every view", () => {
  it("compiles", () => {
    expect(views.length).toBeGreaterThan(15);
    for (const { path, text } of views)
      expect(() => ejs.compile(text, { filename: join(ROOT, path), views: [VIEWS] }), path).not.toThrow();
  });

  it("includes only views that exist", () => {
    for (const { path, text } of views)
      for (const [, name = ""] of text.matchAll(/include\(\s*"([^"]+)"/g)) {
        const places = [join(ROOT, dirname(path)), VIEWS].map((folder) => join(folder, `${name}.ejs`));
        expect(places.some(existsSync), `${name} in ${path}`).toBe(true);
      }
  });

  it("prints unescaped only what it includes", () => {
    for (const { path, text } of views)
      for (const [, kind, inside = ""] of code(text))
        if (kind === "-") expect(inside.trim(), path).toMatch(/^include\(\s*"[\w/-]+"[\s\S]*\)$/);
  });

  it("puts every printed value in a quoted attribute or in text", () => {
    expect(
      offenders(views, (text) => /\s[\w-]+=<%[=-]/.test(text.replace(/<%=? ?attribute %>=/g, ""))),
    ).toEqual([]);
  });

  it("has no script and no style of its own", () => {
    expect(offenders(pages, (text) => /<style\b/i.test(text))).toEqual([]);
    expect(offenders(pages, (text) => tags(text).some((tag) => /\sstyle\s*=/i.test(tag)))).toEqual([]);
    expect(offenders(views, (text) => tags(text).some((tag) => /\son[a-z]+\s*=/i.test(tag)))).toEqual([]);
    expect(offenders(views, (text) => /javascript:/i.test(text))).toEqual([]);
    const scripts = pages.flatMap(({ text }) => markup(text).match(/<script\b[\s\S]*?<\/script>/gi) ?? []);
    for (const script of scripts) expect(script).toMatch(/^<script src="§" type="module"><\/script>$/);
  });

  it("names no address outside the site", () => {
    expect(offenders(views, (text) => /https?:|["'(]\/\/|\bdata:/i.test(text))).toEqual([]);
  });
});

describe("a form in a view", () => {
  it("is posted, to a path of this site", () => {
    const forms = pages.flatMap(({ text }) => tags(text).filter((tag) => /^<form\b/i.test(tag)));
    expect(forms.length).toBeGreaterThan(6);
    for (const form of forms)
      expect(form).toMatch(
        /^<form( class="[\w -]+")? method="post" action="(\/[\w/-]*(§\/end)?|§)"( novalidate)?>$/,
      );
  });

  it("has a button that says in words what it does", () => {
    const buttons = pages.flatMap(({ text }) => [...text.matchAll(/<button[^>]*>([\s\S]*?)<\/button>/g)]);
    for (const [whole, words = ""] of buttons)
      expect(words.replace(/<%= label %>/, "Label").trim(), whole).toMatch(/^([A-Z][\w ]+|<%=[\s\S]+)$/);
  });

  it("has its password fields from partials/field, each with its autocomplete", () => {
    const own = (text: string) =>
      tags(text).some((tag) => /^<input\b/.test(tag) && /type="?password|name="[^"]*password/i.test(tag));
    expect(offenders(pages, own)).toEqual([]);
    const included = pages.flatMap(({ text }) =>
      code(text).filter(([, , inside]) => inside?.includes('type: "password"')),
    );
    expect(included.length).toBeGreaterThanOrEqual(3);
    for (const [, , inside = ""] of included) {
      expect(inside.trim()).toMatch(/^include\("(partials\/)?field"/);
      expect(inside).toMatch(/autocomplete: "(current|new)-password"/);
    }
  });

  it("never shows a password again: the one field that could print a value leaves it out", () => {
    const field = ejs.compile(filesOf(["views/partials"], "field.ejs")[0]?.text ?? "");
    const input = { name: "password", label: "Password", autocomplete: "current-password" };
    const form = { values: { password: "typed before" }, errors: [{ field: "password", message: "Wrong" }] };
    expect(field({ ...input, form, type: "password" })).not.toContain("typed before");
    expect(field({ ...input, form, type: "text" })).toContain("typed before");
  });
});
