// Who may import whom (DESIGN.md): every import of src and config, a type's too, against one table.
import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import { filesOf, type SourceFile } from "./files.ts";

/** A room may import itself and these. A name that ends in .ts is one file. */
const MAY_IMPORT: Record<string, string[]> = {
  config: [],
  "database/schema.ts": [],
  database: ["config", "database/schema.ts"],
  mail: ["config", "database/transaction.ts", "database/engine.ts", "database/moments.ts"],
  accounts: ["database", "database/schema.ts", "config"],
  web: ["config"],
  "sign-in": ["accounts", "web", "config", "database/transaction.ts"],
  features: [
    ...["core.ts", "sign-in", "accounts", "web", "mail", "database", "database/schema.ts", "config"],
  ],
  "features.ts": ["core.ts", "features/index"],
  "core.ts": ["sign-in", "accounts", "web", "mail", "database", "database/schema.ts", "config"],
  "app.ts": ["core.ts", "sign-in", "accounts", "web", "mail", "database", "database/schema.ts", "config"],
  "server.ts": [
    ...["app.ts", "features.ts", "config", "database", "mail"],
    ...["http-server.ts", "process.ts", "development-secret.ts"],
  ],
  "http-server.ts": [],
  "migrate.ts": ["config", "database", "database/schema.ts", "process.ts"],
  "process.ts": [],
  "development-secret.ts": [],
};

/** Types are no plumbing: who keeps rows may name the connection and the tables they are in. */
const MAY_NAME_TYPES_OF: Record<string, string[]> = {
  web: ["database"],
  mail: ["database", "database/schema.ts"],
  "sign-in": ["database", "database/schema.ts"],
};

/** What knows nothing of requests and answers. */
const WITHOUT_EXPRESS =
  /^src\/(accounts|mail|database)\/|^src\/features\/[^/]+\/(?!index\.ts|pages\.ts)|^config\//;

interface Import {
  target: string;
  typesOnly: boolean;
}

const STATIC = /^[ \t]*(?:import|export)\s+(type\s)?(?:[\w$*{},\s]+?\sfrom\s+)?["']([^"']+)["']/gm;
const DYNAMIC = /\bimport\(\s*["'`]([^"'`]+)["'`]/g;

function importsOf(text: string): Import[] {
  const fixed = [...text.matchAll(STATIC)].map(([, type, target = ""]) => ({
    target,
    typesOnly: type !== undefined,
  }));
  const late = [...text.matchAll(DYNAMIC)].map(([, target = ""]) => ({ target, typesOnly: false }));
  return [...fixed, ...late];
}

function roomOf(path: string): string {
  const inSource = path.replace(/^src\//, "");
  if (inSource === "database/schema.ts" || !inSource.includes("/")) return inSource;
  return inSource.split("/")[0] ?? "";
}

/** What is wrong with a file's imports, one sentence each. */
function offences({ path, text }: SourceFile): string[] {
  const room = roomOf(path);
  return importsOf(text).flatMap(({ target, typesOnly }) => {
    const offence = `${path} imports ${target}`;
    if (!target.startsWith("."))
      return /^(express|passport)/.test(target) && WITHOUT_EXPRESS.test(path) ? [offence] : [];
    if (room === "core.ts" && !typesOnly) return [`${offence}, and not only its types`];
    const found = posix.join(posix.dirname(path), target);
    const feature = /^src\/features\/([^/]+)\/(.+)$/.exec(found);
    if (room === "features.ts" && feature) return feature[2] === "index.ts" ? [] : [offence];
    if (feature)
      return path.startsWith(`src/features/${feature[1]}/`) && feature[2] !== "index.ts" ? [] : [offence];
    const wanted = roomOf(found);
    const file = found.replace(/^src\//, "");
    const allowed = [room, ...(MAY_IMPORT[room] ?? [])].some((name) => name === wanted || name === file);
    return allowed || (typesOnly && MAY_NAME_TYPES_OF[room]?.includes(wanted)) ? [] : [offence];
  });
}

describe("who may import whom", () => {
  const files = filesOf(["src", "config"], ".ts");

  it("holds for every file of src and config", () => {
    expect(files.length).toBeGreaterThan(50);
    expect(files.flatMap(offences)).toEqual([]);
  });

  it("knows every room there is, so a new one cannot go unnoticed", () => {
    const rooms = new Set(files.map(({ path }) => roomOf(path)));
    expect([...rooms].filter((room) => !(room in MAY_IMPORT))).toEqual([]);
  });

  it("reads every import there is", () => {
    for (const { path, text } of files) {
      const written = text.match(/\bfrom\s+["'][^"']+["']|^[ \t]*import\s+["']|\bimport\(\s*["'`]/gm) ?? [];
      expect(importsOf(text), path).toHaveLength(written.length);
    }
  });

  it("lets only server.ts and tests know the list of features", () => {
    const knowing = files.filter(({ text }) =>
      importsOf(text).some(({ target }) => /\/features\.ts$/.test(target)),
    );
    expect(knowing.map(({ path }) => path)).toEqual(["src/server.ts"]);
  });

  it.each([
    ["src/accounts/users.ts", 'import type { Request } from "express";'],
    ["src/accounts/users.ts", 'import { readForm } from "../web/forms.ts";'],
    ["src/web/forms.ts", 'import type { UserRow } from "../accounts/users.ts";'],
    ["src/mail/mailer.ts", 'import { openUsers } from "../database/open.ts";'],
    ["src/core.ts", 'import { createEvents } from "./accounts/events.ts";'],
    ["src/features/login/pages.ts", 'import { RESET_MAIL } from "../password-reset/mail.ts";'],
    ["src/features/login/pages.ts", 'import {\n  type Core,\n  login,\n} from "./index.ts";'],
    ["src/app.ts", 'import { home } from "./features/home/index.ts";'],
    ["src/features.ts", 'import { loginPages } from "./features/login/pages.ts";'],
    ["src/features/register/registration.ts", 'import type { Request } from "express";'],
    ["src/database/schema.ts", 'export * from "./open.ts";'],
    ["config/env.ts", 'const web = await import("../src/web/forms.ts");'],
  ])("would see that %s breaks the rule with %s", (path, text) => {
    expect(offences({ path, text })).toHaveLength(1);
  });
});
