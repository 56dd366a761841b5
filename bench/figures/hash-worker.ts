// A process that does nothing but check a password, as many times at once as the program would, and says how many a second.
import { performance } from "node:perf_hooks";
import argon2 from "argon2";

export interface HashJob {
  hash: string;
  password: string;
  inFlight: number;
  seconds: number;
}

process.on("message", async ({ hash, password, inFlight, seconds }: HashJob) => {
  const start = performance.now();
  const until = start + seconds * 1000;
  let done = 0;
  const oneAfterAnother = async () => {
    while (performance.now() < until) {
      if (!(await argon2.verify(hash, password))) throw new Error("The password is right.");
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, oneAfterAnother));
  process.send?.((done * 1000) / (performance.now() - start));
});
process.once("disconnect", () => process.exit());
