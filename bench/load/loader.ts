// The runner's end of a load process.
import { fork } from "node:child_process";
import { join } from "node:path";
import { own } from "../workplace.ts";
import type { Job, Report } from "./job.ts";

export interface Loader {
  /** One at a time. */
  run(job: Job): Promise<Report>;
}

/** It ends with the run. */
export function startLoader(): Loader {
  const worker = own(fork(join(import.meta.dirname, "worker.ts")));
  return {
    run: (job) =>
      new Promise((resolve, reject) => {
        const ended = () => reject(new Error("The load process ended in the middle of a job."));
        worker.once("exit", ended);
        worker.once("message", (report: Report) => {
          worker.off("exit", ended);
          resolve(report);
        });
        worker.send(job);
      }),
  };
}

/** Answers of this status a second. */
export function perSecond({ answers, seconds }: Report, status: number): number {
  return (answers[status] ?? 0) / seconds;
}

/** A line for what should not have happened, if anything. */
export function strayAnswers({ answers, lost }: Report, expected: number[]): string[] {
  const stray = Object.entries(answers).filter(([status]) => !expected.includes(Number(status)));
  return [
    ...stray.map(([status, count]) => `${count} answers were ${status}`),
    ...(lost > 0 ? [`${lost} requests had no answer`] : []),
  ];
}
