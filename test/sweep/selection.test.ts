// A selection of points run alone has the values of the whole sweep, bit for bit; parts cover a sweep once.
import { expect, test } from "vitest";
import { pointsOf } from "../../src/engine/task.ts";
import { type GridSearchOptions, normalNoise, ornsteinUhlenbeck, templatesFromYaml } from "../../src/index.ts";
import { valuesIn } from "../../src/kernel/key-values.ts";
import { makePlan, type Plan } from "../../src/plan/plan.ts";
import { lanesOf } from "../../src/plan/size.ts";
import { openFiles } from "../../src/platform/files.ts";
import { run } from "../../src/run/run.ts";
import { blocksOf } from "../../src/sweep/blocks.ts";
import { nameOf } from "../../src/sweep/points.ts";
import { compact, countOf, countParts, listOf, partAt, partsWith, pointsOfPart, select } from "../../src/sweep/selection.ts";
import { solvers } from "../../src/sweep/solver.ts";
import { renumbered } from "../../src/table/part.ts";
import { over } from "../support/stores.ts";
import { bits } from "../support/sweep.ts";

/** All parts of a sweep. */
function cutParts(sweep: Parameters<typeof partAt>[0], size: number) {
  return Array.from({ length: countParts(sweep, size) }, (_, index) => partAt(sweep, size, index));
}

const u = "jrc/jrc_op/u";
const own = { [u]: normalNoise({ mean: 220, sd: 60, seed: 7, shared: false }) };
const { pair } = templatesFromYaml(`
rate_op: {base: OperatorTemplate, equations: ["r' = (m_in + 1 - r)/tau"], variables: {r: output(0.1), tau: 10.0, m_in: input}}
pop: {base: NodeTemplate, operators: [rate_op]}
pair:
  base: CircuitTemplate
  nodes: {a: pop, b: pop}
  edges: [[a/rate_op/r, b/rate_op/m_in, null, {weight: 0.5, delay: 1.0, spread: 0.5}]]
`);
const edges = [["a/rate_op/r", "b/rate_op/m_in"] as const];
const pairs = (vars: readonly string[], values: number[]): GridSearchOptions => ({
  circuitTemplate: pair,
  paramGrid: { d: values },
  paramMap: { d: { vars: [...vars], edges } },
  simulationTime: 4,
  stepSize: 0.1,
  outputs: { r: "b/rate_op/r" },
});

const columns = Float64Array.from({ length: 50 * 40 }, (_, i) => 200 + ((i * 7919) % 41));
const cases: [string, GridSearchOptions][] = [
  ...Object.keys(solvers).map((solver): [string, GridSearchOptions] => [solver, Object.assign(over(40, { inputs: own }), { solver })]),
  ["replicates", over(14, { inputs: own, replicates: 3 })],
  ["an Ornstein-Uhlenbeck input", over(40, { inputs: { [u]: ornsteinUhlenbeck({ mean: 220, sd: 60, tau: 0.01, shared: false }) } })],
  ["columns of a signal", over(40, { inputs: { [u]: { data: columns, columns: 40 } } })],
  ["noise on a variable", over(40, { solver: "euler-maruyama", noise: { "jrc/jrc_op/V_e": { sd: 2, shared: false } } })],
  ["features alone", Object.assign(over(40, { inputs: own, features: { V_pce: ["mean", "std"] } }), { results: false })],
  [
    "delays that need models of their own",
    pairs(
      ["delay"],
      Array.from({ length: 30 }, (_, i) => 1 + (i % 3)),
    ),
  ],
];

function planOf(options: GridSearchOptions): Plan {
  return makePlan(options, { budget: 1e9, openFile: openFiles() });
}

/** For each point its traces and features. */
async function valuesOf(plan: Plan): Promise<Map<number, unknown>> {
  const found = new Map<number, unknown>();
  for await (const result of run(plan, { workers: 0 })) {
    const { sampleCount } = plan.clock;
    pointsOf(plan, result).forEach((point, lane) => {
      const traces = result.traces.map((trace) => bits(trace.slice(lane * sampleCount, (lane + 1) * sampleCount)));
      found.set(point, [traces, result.features.map((values) => values[lane]), result.failedAt[lane]]);
    });
  }
  return found;
}

test.each(cases)("a selection run alone has the values of the whole sweep: %s", async (_, options) => {
  const plan = planOf(options);
  const whole = await valuesOf(plan);
  expect(whole.size).toBe(plan.points.names.length);
  const points = [...whole.keys()].sort((a, b) => a - b).filter((point) => point % 3 === 1 || point === 20 || point === 21);
  const selections = [select(plan, partsWith(plan, points), lanesOf), select(plan, cutParts(plan, 7).slice(1, 4), () => 4)];
  const expected = [
    points,
    cutParts(plan, 7)
      .slice(1, 4)
      .flatMap((part) => pointsOfPart(plan, part)),
  ];
  for (const [i, { sweep }] of selections.entries()) {
    const values = await valuesOf(sweep);
    expect([...values.keys()].sort((a, b) => a - b)).toEqual([...expected[i]].sort((a, b) => a - b));
    for (const [point, value] of values) expect(value).toEqual(whole.get(point));
  }
});

test("parts have each point once, and a block of a selection, or a piece of one, knows its part", () => {
  const plan = planOf(
    pairs(
      ["delay"],
      Array.from({ length: 30 }, (_, i) => 1 + (i % 3)),
    ),
  );
  expect(plan.jobs.length).toBeGreaterThan(1);
  const parts = cutParts(plan, 4);
  expect(parts.flatMap((part) => pointsOfPart(plan, part)).sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i));
  const { sweep, placeOf } = select(plan, parts, () => 2);
  // All points of a job need no list of them.
  expect(sweep.jobs).toEqual(plan.jobs);
  for (const block of blocksOf(sweep.blocks)) {
    for (let lane = 0; lane < block.lanes; lane++) {
      const { part, offset } = placeOf({ ...block, first: block.first + lane });
      expect(parts[part].job).toBe(block.job);
      expect(parts[part].positions.first + offset).toBe(block.first + lane);
    }
  }
});

test("a part as a sweep for tables has its points' names and values", () => {
  const plan = planOf(over(9, { replicates: 2 }));
  const part = { job: 0, positions: [3, 8, 9] };
  const { points } = renumbered(plan, part);
  expect([0, 1, 2].map((i) => nameOf(points.names, i))).toEqual(["JRC2_1_r1", "JRC2_4_r0", "JRC2_4_r1"]);
  expect([...valuesIn(points.columns[0])]).toEqual([69, 72, 72]);
});

test("sweep selection: consecutive numbers are a range, others a list", () => {
  expect(compact([3, 4, 5])).toEqual({ first: 3, count: 3 });
  expect(compact([3, 5])).toEqual([3, 5]);
  expect(compact([])).toEqual([]);
  for (const list of [[], [7], [1, 2, 3], [0, 9]]) expect([countOf(compact(list)), listOf(compact(list))]).toEqual([list.length, list]);
});
