// The house style, as far as a machine can see it, and what may be installed.
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesOf, ROOT, read } from "./files.ts";

const MAX_LINES = 200;
const files = filesOf(["src", "config", "migrations"], ".ts");
const code = [...files, ...filesOf(["public/js"], ".js")];

const offenders = (list: typeof files, is: (text: string) => boolean) =>
  list.filter(({ text }) => is(text)).map(({ path }) => path);

describe("every source file", () => {
  it(`has fewer than ${MAX_LINES} lines`, () => {
    const counted = files.map(({ path, text }) => `${path}: ${text.split("\n").length - 1}`);
    expect(counted.filter((line) => Number(line.split(": ")[1]) >= MAX_LINES)).toEqual([]);
  });

  it("says in its first line what it is for", () => {
    expect(offenders(code, (text) => !/^\/\/ \S.{10,}/.test(text))).toEqual([]);
  });

  it("is finished: nothing is left to do in it", () => {
    const everything = [...code, ...filesOf(["views"], ".ejs"), ...filesOf(["public/css"], ".css")];
    expect(offenders(everything, (text) => /\b(TODO|FIXME|XXX|HACK)\b/.test(text))).toEqual([]);
  });

  it("uses no guessable randomness, no code from text and no other program", () => {
    expect(offenders(code, (text) => /Math\.random/.test(text))).toEqual([]);
    expect(offenders(code, (text) => /\beval\s*\(|new Function\b|node:vm\b/.test(text))).toEqual([]);
    expect(offenders(code, (text) => /child_process|\bexecFile\b|\bspawn\(/.test(text))).toEqual([]);
    expect(
      offenders(code, (text) => /\.innerHTML|\.outerHTML|insertAdjacentHTML|document\.write/.test(text)),
    ).toEqual([]);
  });

  it("leaves the checks on: no type, linter or compiler is told to look away", () => {
    expect(offenders(files, (text) => /@ts-(ignore|nocheck|expect-error)|biome-ignore/.test(text))).toEqual(
      [],
    );
  });

  it("reads the environment only where the program starts", () => {
    const reading = offenders(files, (text) => /process\.env\b/.test(text));
    expect(reading).toEqual(["src/migrate.ts", "src/process.ts", "src/server.ts"]);
  });

  it("has a kebab-case name, and no drawer for odds and ends", () => {
    const names = [...filesOf(["src", "config", "tests"], ".ts"), ...filesOf(["views"], ".ejs")].map(
      ({ path }) => path,
    );
    expect(
      names.filter(
        (path) => !/^([a-z][a-z0-9-]*\/)+[a-z][a-z0-9-]*(\.(d|test|bench))?\.(ts|ejs)$/.test(path),
      ),
    ).toEqual([]);
    expect(
      names.filter((path) => /\b(utils?|helpers?|common|services?|managers?|misc)\b/.test(path)),
    ).toEqual([]);
  });

  it("lies in a feature folder that has one door and a place in the list", () => {
    const list = read("src/features.ts");
    for (const folder of readdirSync(join(ROOT, "src/features"))) {
      expect(existsSync(join(ROOT, "src/features", folder, "index.ts")), folder).toBe(true);
      expect(list).toContain(`"./features/${folder}/index.ts"`);
    }
  });
});

describe("every migration", () => {
  it("has a number of its own and a way back", () => {
    const migrations = filesOf(["migrations"], ".ts");
    const numbers = migrations.map(
      ({ path }) => /^migrations\/(\d{4})_[a-z-]+(?:\.postgres)?\.ts$/.exec(path)?.[1],
    );
    expect(numbers).not.toContain(undefined);
    expect(new Set(numbers).size).toBe(migrations.length);
    expect(
      offenders(
        migrations,
        (text) => !/export async function up\b/.test(text) || !/export async function down\b/.test(text),
      ),
    ).toEqual([]);
  });
});

describe("package.json", () => {
  const { dependencies, devDependencies } = JSON.parse(read("package.json"));

  it("names exact versions, so that every clone is the same program", () => {
    const versions = Object.entries<string>({ ...dependencies, ...devDependencies });
    const loose = versions.filter(
      ([, version]) => !/^\d+\.\d+\.\d+$|^file:vendor\/no-sqlite3$/.test(version),
    );
    expect(loose).toEqual([]);
  });

  it("has no runtime dependency that docs/decisions.md does not account for", () => {
    const decisions = existsSync(join(ROOT, "docs/decisions.md")) ? read("docs/decisions.md") : "";
    const named = (name: string) => new RegExp(`(?<![\\w@/-])${name}(?![\\w/-])`, "i").test(decisions);
    expect(Object.keys(dependencies).filter((name) => !named(name))).toEqual([]);
  });

  it("never installs a second SQLite driver: sqlite3 is our placeholder, everywhere", () => {
    const { packages } = JSON.parse(read("package-lock.json"));
    const drivers = Object.entries<{ resolved?: string }>(packages).filter(
      ([path]) => basename(path) === "sqlite3",
    );
    expect(drivers.map(([path, { resolved }]) => [path, resolved])).toEqual([
      ["node_modules/sqlite3", "vendor/no-sqlite3"],
    ]);
    expect(readlinkSync(join(ROOT, "node_modules/sqlite3"))).toBe("../vendor/no-sqlite3");
  });

  it("has a lock file that ties nobody to one registry's address, and pins every content", () => {
    const lock = read("package-lock.json");
    expect(lock).not.toMatch(/"resolved": "(https?|git)/);
    const { packages } = JSON.parse(lock);
    const unpinned = Object.entries<{ integrity?: string; link?: boolean }>(packages).filter(
      ([path, { integrity, link }]) => path.startsWith("node_modules/") && !link && !integrity,
    );
    expect(unpinned.map(([path]) => path)).toEqual([]);
  });
});
