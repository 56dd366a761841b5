// How a template finds its data.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { templateEngine } from "../../src/web/templates.ts";
import { temporaryFolder } from "../support/storage.ts";

/** Writes templates and gives a way to print one of them. */
function views(templates: Record<string, string>, { keep = true } = {}) {
  const folder = temporaryFolder();
  const write = (name: string, text: string) => writeFileSync(join(folder, `${name}.ejs`), text);
  for (const [name, text] of Object.entries(templates)) write(name, text);
  const engine = templateEngine(folder, { keep });
  const print = (name: string, data: object) =>
    new Promise<string>((resolve, reject) =>
      engine(join(folder, `${name}.ejs`), data, (error, html = "") =>
        error ? reject(error) : resolve(html),
      ),
    );
  return { print, write };
}

describe("a template", () => {
  it("finds each name of its data, whatever other data it was printed with before", async () => {
    const { print } = views({ page: "<%= locals.hint ? hint : title %>" });
    expect(await print("page", { title: "one" })).toBe("one");
    expect(await print("page", { title: "one", hint: "two" })).toBe("two");
    expect(await print("page", { hint: undefined, title: "three" })).toBe("three");
    expect(await print("page", { title: "four" })).toBe("four");
  });

  it("is an error where it uses what it was not given, also when others were given it", async () => {
    const { print } = views({ page: "one line\n<%= title %>" });
    expect(await print("page", { title: "here" })).toBe("one line\nhere");
    await expect(print("page", { other: "x" })).rejects.toThrow(/page\.ejs:2[\s\S]*title is not defined/);
  });

  it("escapes what it prints, whatever its data is called", async () => {
    const { print } = views({ page: "<%= text %>" });
    const data = {
      text: "<b>&\"'</b>",
      escapeFn: String,
      rethrow: String,
      __output: "<b>",
      __append: String,
    };
    expect(await print("page", data)).toBe("&lt;b&gt;&amp;&#34;&#39;&lt;/b&gt;");
  });

  it("finds nothing that somebody has planted in all objects", async () => {
    const { print } = views({ page: "<%= locals.planted %>" });
    Object.assign(Object.prototype, { planted: "here" });
    try {
      expect(await print("page", {})).toBe("");
      expect(await print("page", { planted: "given" })).toBe("given");
    } finally {
      Reflect.deleteProperty(Object.prototype, "planted");
    }
  });

  it("may declare a name of its data anew, and reads one that is no variable from locals", async () => {
    const { print } = views({
      page: '<% var type = locals.type ?? "text"; %><%= type %> <%= locals.class %> <%= locals["data-x"] %>',
    });
    expect(await print("page", { type: "email", class: "wide", "data-x": 1, locals: 2 })).toBe(
      "email wide 1",
    );
  });

  it("shows its partials what it sees and what it gives them, and theirs to nobody else", async () => {
    const { print } = views({
      page: '<%- include("part", { label: "inner" }) %> <%= typeof label %>',
      part: "<%= user %> <%= label %>",
    });
    expect(await print("page", { user: "Ada" })).toBe("Ada inner undefined");
  });

  it("is read anew when it may change, and once when it may not", async () => {
    for (const [keep, after] of [
      [true, "old"],
      [false, "new"],
    ] as const) {
      const { print, write } = views({ page: "old" }, { keep });
      expect(await print("page", {})).toBe("old");
      write("page", "new");
      expect(await print("page", {})).toBe(after);
    }
  });
});
