// Grids that no process holds: what is planned of them, how they part where delays are swept, and how many points there may be.
import { describe, expect, test } from "vitest";
import { type GridSearchOptions, linspace, normalNoise, plan, templatesFromYaml } from "../../src/index.ts";
import { valuesIn } from "../../src/kernel/key-values.ts";
import { makePlan, type Plan } from "../../src/plan/plan.ts";
import { printPlan } from "../../src/plan/print.ts";
import { openFiles } from "../../src/platform/files.ts";
import { blocksOf } from "../../src/sweep/blocks.ts";
import { pointAt } from "../../src/sweep/job.ts";
import { countParts, partAt, pointsOfJob, pointsOfPart } from "../../src/sweep/selection.ts";
import { refusal, small } from "../support/sweep.ts";

const machine = { budget: Number.POSITIVE_INFINITY, openFile: openFiles() };
const keys = {
  a: { vars: ["jrc_op/c"], nodes: ["jrc"] },
  b: { vars: ["jrc_op/r"], nodes: ["jrc"] },
  c: { vars: ["jrc_op/u"], nodes: ["jrc"] },
};
const vast = (values: number, changes: Partial<GridSearchOptions> = {}): GridSearchOptions => {
  const axis = linspace(1, values, values);
  const paramGrid = { a: axis, b: axis, c: axis };
  return Object.assign(small({ paramGrid, paramMap: keys, permuteGrid: true, features: { V_pce: ["mean"] }, ...changes }), {
    results: false,
  });
};

test("plan: a thousand million points are planned at once, and said not to fit", async () => {
  await plan(vast(2));
  const before = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const told = await plan(vast(1000));
  const used = process.cpuUsage();
  const after = process.memoryUsage();
  expect(told).toMatchObject({ points: 1e9, fits: false });
  expect(told.bytes).toBeGreaterThan(5e10);
  expect((used.user - user + used.system - system) / 1e6).toBeLessThan(1);
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(3e7);
});

test("plan: its jobs, blocks, parts and text are made of the axes", () => {
  const made = makePlan(vast(1000), machine);
  expect(blocksOf(made.blocks).length).toBe(Math.ceil(1e9 / made.blocks[0].most));
  expect(countParts(made, 1024)).toBe(976_563);
  expect(pointsOfPart(made, partAt(made, 1024, 976_562))).toHaveLength(1e9 - 976_562 * 1024);
  expect(printPlan(made)).toContain('{ key: "a", unit: "", values: 1000000000: 1 … 1000 }');
});

test("plan: more points than there are numbers are refused, and noise that would repeat", async () => {
  expect((await refusal(() => plan(vast(2000)))).message).toMatch(/E_SWEEP_TOO_LARGE: the grid has 8000000000 points.*at most 4294967296/);
  const { net } = templatesFromYaml(`
op: {base: OperatorTemplate, equations: ["x' = u - k*x"], variables: {x: output(0.0), u: input, k: 1.0}}
pop: {base: NodeTemplate, operators: [op]}
net: {base: CircuitTemplate, nodes: {a: pop, b: pop, c: pop, d: pop, e: pop}}
`);
  const axis = linspace(0, 1, 1000);
  const source = normalNoise({ mean: 0, sd: 1, shared: false });
  const call = (inputs: GridSearchOptions["inputs"] = {}): GridSearchOptions => ({
    circuitTemplate: net,
    paramGrid: { k: axis, l: axis, m: axis },
    permuteGrid: true,
    paramMap: { k: at("a"), l: at("b"), m: at("c") },
    simulationTime: 1,
    stepSize: 0.1,
    outputs: { x: "all/op/x" },
    inputs,
  });
  const at = (node: string) => ({ vars: ["op/k"], nodes: [node] });
  expect((await refusal(() => plan(call({ "all/op/u": source })))).code).toBe("E_NOISE_STREAMS");
  expect(makePlan(call({ "a/op/u": source }), machine).points.names.length).toBe(1e9);
  expect(makePlan(call({ "all/op/u": { ...source, sharedByNodes: true } }), machine).points.names.length).toBe(1e9);
});

describe("plan: a product of axes parts by the delays that it sweeps as a list of its points does", () => {
  const { trio } = templatesFromYaml(`
rate_op: {base: OperatorTemplate, equations: ["r' = (m_in + 1 - r)/tau"], variables: {r: output(0.1), tau: 10.0, m_in: input}}
pop: {base: NodeTemplate, operators: [rate_op]}
trio:
  base: CircuitTemplate
  nodes: {a: pop, b: pop, c: pop}
  edges:
    - [a/rate_op/r, b/rate_op/m_in, null, {weight: 0.5, delay: 1.0, spread: 0.5}]
    - [b/rate_op/r, c/rate_op/m_in, null, {weight: 0.5, delay: 1.0, spread: 0.5}]
`);
  const [ab, bc] = [["a/rate_op/r", "b/rate_op/m_in"] as const, ["b/rate_op/r", "c/rate_op/m_in"] as const];
  const paramMap = {
    tau: { vars: ["rate_op/tau"], nodes: ["a"] },
    d: { vars: ["delay"], edges: [ab] },
    e: { vars: ["delay"], edges: [bc] },
    s: { vars: ["spread"], edges: [ab] },
  };
  const cases: [string, Record<string, number[]>][] = [
    ["one delay, the slowest loop", { tau: [5, 10, 20], d: [1, 2, 0, 1.5, 2] }],
    ["one delay, the fastest loop", { d: [0, 1, 2, 1.02], tau: [5, 10, 20] }],
    ["one delay in the middle", { tau: [5, 6], e: [0.5, 1], d: [0, 1, 2] }],
    ["two delays", { tau: [5, 10], d: [0, 1, 2], e: [2, 0] }],
    ["a delay and its spread", { s: [0.5, 0, 0.25], d: [1, 2], tau: [1, 2, 3] }],
    ["delays of one structure", { tau: [1, 2], d: [1, 1.01] }],
    ["axes of one value", { d: [1], tau: [1, 2], e: [0.5, 2] }],
  ];
  test.each(cases)("%s", (_, paramGrid) => {
    for (const replicates of [1, 3]) {
      const call = { circuitTemplate: trio, paramMap, simulationTime: 4, stepSize: 0.1, outputs: { r: "c/rate_op/r" }, replicates };
      const product = makePlan({ ...call, paramGrid, permuteGrid: true }, machine);
      const { keys: names, columns } = makePlan({ ...call, replicates: 1, paramGrid, permuteGrid: true }, machine).points;
      const list = makePlan({ ...call, paramGrid: Object.fromEntries(names.map((key, i) => [key, valuesIn(columns[i])])) }, machine);
      expect(jobsOf(product)).toEqual(jobsOf(list));
    }
  });

  test("a delay that cannot be is told with the first point that has it", async () => {
    const call = { circuitTemplate: trio, paramMap, simulationTime: 4, stepSize: 0.1, outputs: { r: "c/rate_op/r" }, permuteGrid: true };
    const error = await refusal(() => plan({ ...call, paramGrid: { tau: [1, 2], d: [1, 0.01], e: [1, 2, 3] } }));
    expect(error.message).toMatch(/E_DELAY: the delay of edge .* at point 6: 0.01 is shorter than one step/);
  });

  test("of 1e8 points one delay takes no list of points", () => {
    const tau = linspace(1, 2, 1e4);
    const call = { circuitTemplate: trio, paramMap, simulationTime: 4, stepSize: 0.1, outputs: { r: "c/rate_op/r" } };
    const made = makePlan({ ...call, paramGrid: { tau, d: linspace(0.1, 5, 1e4) }, permuteGrid: true }, machine);
    expect(made.jobs.length).toBeGreaterThan(3);
    expect(made.jobs.reduce((sum, job) => sum + pointsOfJob(made, job), 0)).toBe(1e8);
    for (const { points } of made.jobs) expect(points).toMatchObject({ kind: "axis" });
  });
});

/** What parts a sweep: the points of each job, its longest delay, and its model. */
function jobsOf(plan: Plan): unknown[] {
  return plan.jobs.map((job) => {
    const points = Array.from({ length: pointsOfJob(plan, job) }, (_, position) => pointAt(job, position));
    return [points, job.longestDelay, job.model.history, job.model.states];
  });
}
