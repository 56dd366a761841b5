import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readDatabaseUrl, readSettings } from "../../config/env.ts";
import { temporaryFolder } from "../support/storage.ts";
import { problems, SECRET } from "./problems.ts";

describe("NAME_FILE", () => {
  const file = (content: string) => {
    const path = join(temporaryFolder(), "secret");
    writeFileSync(path, content);
    return path;
  };

  it("stands for NAME, for every variable, and the line break at the file's end does not count", () => {
    expect(readSettings({ SESSION_SECRET_FILE: file(`${SECRET}\n`) }).sessionSecrets).toEqual([SECRET]);
    expect(readSettings({ PORT_FILE: file("8080") }).port).toBe(8080);
    expect(readDatabaseUrl({ DATABASE_URL_FILE: file("sqlite:x.db\n") })).toBe("sqlite:x.db");
  });

  it("is a problem when it can't be read, or when NAME is set too", () => {
    expect(problems({ SESSION_SECRET_FILE: "/nowhere/at/all" })).toEqual([
      expect.stringMatching(/^SESSION_SECRET_FILE .+Check/),
    ]);
    expect(problems({ SESSION_SECRET: SECRET, SESSION_SECRET_FILE: file(SECRET) })).toEqual([
      expect.stringContaining("Remove one"),
    ]);
    expect(() => readDatabaseUrl({ DATABASE_URL_FILE: "/nowhere" })).toThrow("DATABASE_URL_FILE");
  });

  it("that is empty counts as not set", () => {
    expect(
      readSettings({ HOST_FILE: file("\n"), SESSION_SECRET_FILE: file(""), SMTP_URL_FILE: file(" ") }),
    ).toEqual(readSettings({}));
  });
});

describe("what npm run migrate needs", () => {
  it("is the database's place and nothing else", () => {
    expect(readDatabaseUrl({ NODE_ENV: "production", PORT: "nonsense" })).toBe("sqlite:users.db");
    expect(() => readDatabaseUrl({ DATABASE_URL: "sqlite:" })).toThrow("DATABASE_URL");
  });
});
