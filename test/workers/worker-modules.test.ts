// Workers get models compiled: what this process has compiled is posted to them as it is.
import { expect, test } from "vitest";
import { templatesFromYaml } from "../../src/index.ts";
import { makePlan } from "../../src/plan/plan.ts";
import { openFiles } from "../../src/platform/files.ts";
import { run } from "../../src/run/run.ts";
import { Pool } from "../../src/workers/pool.ts";
import { nodeThread } from "../../src/workers/thread.ts";
import { small } from "../support/sweep.ts";

test("worker-modules: a model is posted as a module, the same one for the same text", async () => {
  const text = `
op: { base: OperatorTemplate, equations: ["x' = -k * x"], variables: { x: variable(1), k: 1.0 } }
node: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { p: node } }`;
  const posted: unknown[] = [];
  const pool = new Pool(() => {
    const thread = nodeThread();
    if (!thread) throw new Error("Node has threads");
    const { post } = thread;
    return Object.assign(thread, {
      post: (request: Parameters<typeof post>[0]) => {
        if (request.kind === "task") posted.push(request.task.jobs[0].model.module);
        post(request);
      },
    });
  });
  const plan = () =>
    makePlan(
      small({
        circuitTemplate: templatesFromYaml(text).net,
        paramGrid: { k: Float64Array.from({ length: 64 }, (_, i) => 1 + i) },
        paramMap: { k: { vars: ["op/k"], nodes: ["p"] } },
        outputs: { x: "p/op/x" },
      }),
      { budget: 1e9, openFile: openFiles(), lanes: 8 },
    );
  for (let sweep = 0; sweep < 2; sweep++) {
    let done = 0;
    for await (const { failed } of run(plan(), { workers: 1, pool })) done += failed ? 0 : 1;
    expect(done).toBe(8);
  }
  expect(posted.length).toBe(2);
  expect(posted[0]).toBeInstanceOf(WebAssembly.Module);
  expect(posted[1]).toBe(posted[0]);
});
