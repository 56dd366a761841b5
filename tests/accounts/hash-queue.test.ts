import { describe, expect, it } from "vitest";
import { createHashQueue, type HashQueue, HashQueueFullError } from "../../src/accounts/hash-queue.ts";

/** Work that ends when the test says so. */
function job(inTurn: HashQueue["inTurn"], name: string, log: string[]) {
  let end = (_error?: Error) => {};
  const done = inTurn(
    () =>
      new Promise<string>((resolve, reject) => {
        log.push(name);
        end = (error) => (error ? reject(error) : resolve(name));
      }),
  );
  return { done, end: (error?: Error) => end(error) };
}

/** Lets everything run that can. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("the hash queue", () => {
  it("runs no more at once than it may, and the rest in the order of their coming", async () => {
    const { inTurn } = createHashQueue({ concurrency: 2, length: 10, retryAfterSeconds: 2 });
    const started: string[] = [];
    const jobs = ["a", "b", "c", "d", "e"].map((name) => job(inTurn, name, started));
    await settled();
    expect(started).toEqual(["a", "b"]);
    jobs[1]?.end();
    await settled();
    expect(started).toEqual(["a", "b", "c"]);
    jobs[0]?.end();
    jobs[2]?.end();
    await settled();
    expect(started).toEqual(["a", "b", "c", "d", "e"]);
    jobs[3]?.end();
    jobs[4]?.end();
    expect(await Promise.all(jobs.map(({ done }) => done))).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("refuses at once what is too much, as an error that becomes a 503 with Retry-After", async () => {
    const { inTurn } = createHashQueue({ concurrency: 1, length: 1, retryAfterSeconds: 7 });
    const started: string[] = [];
    const running = job(inTurn, "running", started);
    const waiting = job(inTurn, "waiting", started);
    const refusal = await inTurn(async () => started.push("refused")).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(HashQueueFullError);
    expect(refusal).toMatchObject({ status: 503, retryAfterSeconds: 7 });
    running.end();
    await settled();
    waiting.end();
    await Promise.all([running.done, waiting.done]);
    expect(started).toEqual(["running", "waiting"]);
  });

  it("has room again when one is done", async () => {
    const { inTurn } = createHashQueue({ concurrency: 1, length: 1, retryAfterSeconds: 1 });
    const started: string[] = [];
    const jobs = [job(inTurn, "a", started), job(inTurn, "b", started)];
    jobs[0]?.end();
    await jobs[0]?.done;
    const late = job(inTurn, "late", started);
    jobs[1]?.end();
    await settled();
    late.end();
    expect(await late.done).toBe("late");
  });

  it("goes on after work that failed, and hands the failure to whoever asked", async () => {
    const { inTurn } = createHashQueue({ concurrency: 1, length: 10, retryAfterSeconds: 1 });
    const started: string[] = [];
    const broken = job(inTurn, "broken", started);
    const next = job(inTurn, "next", started);
    const thrown = expect(
      inTurn(() => {
        throw new Error("before it was a promise");
      }),
    ).rejects.toThrow("before it was a promise");
    const failed = expect(broken.done).rejects.toThrow("no memory");
    broken.end(new Error("no memory"));
    await failed;
    await settled();
    next.end();
    expect(await next.done).toBe("next");
    await thrown;
    expect(await inTurn(async () => "still alive")).toBe("still alive");
  });

  it("runs one fewer in a storm, and all again when half of those who waited have had their turn", async () => {
    const { inTurn, refuseWhenFull } = createHashQueue({ concurrency: 2, length: 4, retryAfterSeconds: 1 });
    const started: string[] = [];
    const jobs = Array.from({ length: 6 }, (_, index) => job(inTurn, `${index}`, started));
    await settled();
    expect(started).toEqual(["0", "1"]);
    expect(refuseWhenFull).toThrow(HashQueueFullError);

    jobs[0]?.end();
    await settled();
    expect(started).toEqual(["0", "1"]);
    expect(refuseWhenFull).toThrow(HashQueueFullError);

    jobs[1]?.end();
    await settled();
    expect(started).toEqual(["0", "1", "2"]);
    jobs[2]?.end();
    await settled();
    expect(started).toEqual(["0", "1", "2", "3", "4"]);
    expect(refuseWhenFull).not.toThrow();

    for (const { end } of jobs) {
      end();
      await settled();
    }
    expect(await Promise.all(jobs.map(({ done }) => done))).toEqual(started);
  });

  it("always runs one", async () => {
    const { inTurn } = createHashQueue({ concurrency: 1, length: 2, retryAfterSeconds: 1 });
    const started: string[] = [];
    const jobs = ["a", "b", "c"].map((name) => job(inTurn, name, started));
    for (const { done, end } of jobs) {
      await settled();
      end();
      await done;
    }
    expect(started).toEqual(["a", "b", "c"]);
  });

  it("never runs more than it may, whatever fails and whenever it is asked", async () => {
    const { inTurn } = createHashQueue({ concurrency: 3, length: 500, retryAfterSeconds: 1 });
    let running = 0;
    let most = 0;
    const work = async (index: number) => {
      running += 1;
      most = Math.max(most, running);
      await settled();
      running -= 1;
      if (index % 3 === 0) throw new Error("one of many");
      return index;
    };
    const many = () =>
      Promise.allSettled(Array.from({ length: 200 }, (_, index) => inTurn(() => work(index))));
    const first = many();
    await settled();
    const outcomes = (await Promise.all([first, many()])).flat();
    expect(most).toBe(3);
    expect(running).toBe(0);
    expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(2 * 67);
  });
});
