// A process that does nothing but check a password, as many times at once as the program would, and says how many a second.
import { performance } from "node:perf_hooks";
import ours from "@node-rs/argon2";
import argon2 from "argon2";

export interface HashJob {
  hash: string;
  password: string;
  inFlight: number;
  seconds: number;
  /** argon2, which most people use, or the one that the program uses. */
  library: "argon2" | "ours";
}

const LIBRARIES = { argon2, ours };

process.on("message", async ({ hash, password, inFlight, seconds, library }: HashJob) => {
  const start = performance.now();
  const until = start + seconds * 1000;
  let done = 0;
  const oneAfterAnother = async () => {
    while (performance.now() < until) {
      if (!(await LIBRARIES[library].verify(hash, password))) throw new Error("The password is right.");
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, oneAfterAnother));
  process.send?.((done * 1000) / (performance.now() - start));
});
process.once("disconnect", () => process.exit());
