// A disk that is full, or takes nothing any more: visitors read on, writes are refused calmly, and nothing needs a restart.
import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { compiledProgram, describeOnSqlite } from "./serve-compiled.ts";
import { describeOnSmallDisk, smallDisk } from "./small-disk.ts";
import {
  expectReading,
  expectRecovery,
  expectRefusedWrites,
  NO_MAIL,
  siteWithMember,
} from "./storage-trouble.ts";

describeOnSmallDisk("a full disk", { timeout: 60_000 }, () => {
  it("stops no reader, refuses every write, and is forgotten once there is room", async () => {
    const disk = smallDisk();
    const site = await siteWithMember(disk.folder);
    disk.fill();
    await expectReading(site);
    await expectRefusedWrites(site);
    await expectReading(site);
    disk.empty();
    await expectRecovery(site);
  });
});

describeOnSqlite("a disk that takes nothing any more", { timeout: 60_000 }, () => {
  it("stops no reader, refuses every write, and is forgotten once it does", async () => {
    const site = await siteWithMember();
    // The system refuses whatever the program writes into a file, as it does after an error of the disk.
    const allow = (bytes: string) => {
      execFileSync("prlimit", ["--pid", String(site.server.pid), `--fsize=${bytes}:unlimited`]);
    };
    allow("0");
    await expectReading(site);
    await expectRefusedWrites(site);
    await expectReading(site);
    allow("unlimited");
    await expectRecovery(site);
  });
});

describeOnSmallDisk("a disk that is read-only at the start", { timeout: 60_000 }, () => {
  it("is a reason not to start, said in one line, and all is well when it can be written again", async () => {
    const disk = smallDisk();
    const site = await siteWithMember(disk.folder);
    const { port, process, ended } = site.server;
    process.kill("SIGKILL");
    await ended;
    const start = await compiledProgram({ folder: disk.folder, port, env: NO_MAIL });
    disk.remount("ro");
    await expect(start()).rejects.toThrow(/: Could not start: .*read-only file system.*\s*$/);
    disk.remount("rw");
    await expectRecovery({ ...site, server: await start() });
  });
});
