// The threads of one sweep: how far ahead they work, and that they stop when nobody wants their results.
import { beforeAll, expect, test } from "vitest";
import { makePlan, type Plan } from "../../src/plan/plan.ts";
import { openFiles } from "../../src/platform/files.ts";
import { run } from "../../src/run/run.ts";
import { blocksOf } from "../../src/sweep/blocks.ts";
import type { Response } from "../../src/workers/messages.ts";
import { Pool } from "../../src/workers/pool.ts";
import { nodeThread, type Thread } from "../../src/workers/thread.ts";
import { small } from "../support/sweep.ts";

let plan: Plan;
beforeAll(() => {
  plan = makePlan(small({ paramGrid: { C: Float64Array.from({ length: 4000 }, (_, i) => 60 + i / 10) }, simulationTime: 0.5 }), {
    budget: 1e9,
    openFile: openFiles(),
    lanes: 16,
  });
});

/** A pool whose threads' requests and responses are counted by kind. */
function counting(): { pool: Pool; count: Record<string, number> } {
  const count: Record<string, number> = {};
  const note = ({ kind }: { kind: Response["kind"] | "task" | "block" | "stop" }) => {
    count[kind] = (count[kind] ?? 0) + 1;
  };
  const watch = (thread: Thread): Thread => ({
    get ready() {
      return thread.ready;
    },
    tellsDeath: thread.tellsDeath,
    post: (request) => {
      note(request);
      thread.post(request);
    },
    listen: (listener) =>
      thread.listen({
        ...listener,
        onResponse: (response) => {
          note(response);
          listener.onResponse(response);
        },
      }),
    keepAlive: (needed) => thread.keepAlive(needed),
    end: () => thread.end(),
  });
  const start = () => {
    const thread = nodeThread();
    return thread && watch(thread);
  };
  return { pool: new Pool(start), count };
}

test("workers worker group: threads do not run ahead of who takes the results", async () => {
  const { pool, count } = counting();
  let taken = 0;
  let ahead = 0;
  for await (const _ of run(plan, { workers: 2, pool })) {
    ahead = Math.max(ahead, (count.done ?? 0) - ++taken);
    if (taken < 60) await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(taken).toBe(250);
  expect(ahead).toBeGreaterThan(1);
  expect(ahead).toBeLessThan(130);
});

test("workers worker group: results in order come in the order of their blocks, and as few of them are ahead for many points as for some", async () => {
  const most: number[] = [];
  for (const part of [4, 1]) {
    const { pool, count } = counting();
    const [all] = plan.blocks;
    const some = { ...all, points: Math.floor(all.points / all.most / part) * all.most };
    const blocks = [...blocksOf([some])];
    let taken = 0;
    let ahead = 0;
    for await (const { block } of run({ ...plan, blocks: [some] }, { workers: 2, pool, held: 20 })) {
      expect(block).toEqual(blocks[taken]);
      ahead = Math.max(ahead, (count.block ?? 0) - ++taken);
      if (taken < 20) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(taken).toBe(blocks.length);
    most.push(ahead);
  }
  expect(Math.min(...most)).toBeGreaterThan(2);
  expect(Math.max(...most)).toBeLessThan(40);
});

test("workers worker group: who waits for its reader gives its threads to another sweep that wants them, and gets them back", async () => {
  const { pool } = counting();
  const outer = run(plan, { workers: 2, pool, held: 0 });
  let [taken, inner] = [0, 0];
  for await (const _ of outer) if (++taken % 60 === 0) for await (const _ of run(plan, { workers: 2, pool, held: 0 })) inner++;
  expect([taken, inner, pool.size]).toEqual([250, 1000, 2]);
});

test("workers worker group: the task is posted once a thread, and each block once", async () => {
  const { pool, count } = counting();
  for (let i = 0; i < 3; i++) for await (const _ of run(plan, { workers: 3, pool }));
  expect(count).toMatchObject({ ready: 3, task: 9, block: 750, done: 750, stop: 9 });
});

test("workers worker group: a consumer that leaves early leaves nothing running", async () => {
  const { pool, count } = counting();
  for await (const _ of run(plan, { workers: 2, pool })) break;
  const [blocks, done] = [count.block, count.done];
  expect(blocks).toBeLessThan(250);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect([count.block, count.done]).toEqual([blocks, done]);
  expect(pool.size).toBe(2);
});
