// One point of a network runs by a module for one lane, in which nodes side by side share vectors: the same bits as in a lane of many.
import { describe, expect, test } from "vitest";
import {
  type CircuitTemplate,
  connect,
  fixedSolvers,
  type GridSearchOptions,
  gridSearch,
  normalNoise,
  ornsteinUhlenbeck,
  type SolverName,
  templatesFromYaml,
  uniformNoise,
} from "../../src/index.ts";
import { makePlan } from "../../src/plan/plan.ts";
import { stochasticSolvers } from "../../src/sweep/solver.ts";
import { bits } from "../support/sweep.ts";

const { one } = templatesFromYaml(`
rate_op:
  base: OperatorTemplate
  equations:
    - "r' = (tanh(r_in + u + k*past(r, 2.5e-3)) - r)/tau + 0.1*sin(40*t)"
    - "a' = r^1.7*exp(-a) + b^(0.3 + r*r) - a/tau"
    - "b = sigmoid(r - 2*a) + log(2 + cos(a))"
  variables: { r: output(0.3), a: variable(0.2), b: variable, r_in: input(0), u: input(0.4), tau: 0.02, k: 0.5 }
node: { base: NodeTemplate, operators: [rate_op] }
one: { base: CircuitTemplate, nodes: { n: node } }
`);

/** A network of n nodes, all to all, whose rows have different numbers of edges where `sparse`. */
function network(
  n: number,
  { delays, spread = 0, sparse = false }: { delays: (i: number, j: number) => number; spread?: number; sparse?: boolean },
) {
  const matrix = (value: (i: number, j: number) => number) =>
    Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => value(i, j)));
  const weights = matrix((i, j) => (sparse && (i === 3 || (7 * i + 3 * j) % 5 < i % 4) ? 0 : (((3 * i + 5 * j) % 7) - 2.5) / n));
  const spreads = spread > 0 ? { spreads: matrix((i, j) => spread * delays(i, j)) } : {};
  return connect(one, { source: "rate_op/r", target: "rate_op/r_in", weights, delays: matrix(delays), ...spreads });
}

const kinds: Record<string, (n: number) => CircuitTemplate> = {
  "without delays": (n) => network(n, { delays: () => 0 }),
  "delays of whole steps": (n) => network(n, { delays: (i, j) => 1e-3 * (1 + ((i + 3 * j) % 6)) }),
  "delays between steps, some of none, rows of other lengths": (n) =>
    network(n, { delays: (i, j) => 1.37e-3 * ((i + 3 * j) % 6), sparse: true }),
  "gamma-distributed delays": (n) => network(n, { delays: (i, j) => 2e-3 * (1 + ((i + 3 * j) % 3)), spread: 0.6 }),
};

const common = {
  simulationTime: 0.03,
  stepSize: 1e-3,
  outputs: { r: "all/rate_op/r", b: "all/rate_op/b", u: "n_1/rate_op/u", sum: "all/rate_op/r_in", mean: "mean(all/rate_op/a)" },
  paramMap: { k: { vars: ["rate_op/k"], nodes: ["all"] } },
} as const;

/** The traces of the first of equal points, by column, and features. */
async function runOf(points: number, call: Partial<GridSearchOptions> & Pick<GridSearchOptions, "circuitTemplate">) {
  const { results, resultsMap } = await gridSearch({
    ...{ ...common, ...call, paramGrid: { k: Array.from({ length: points }, () => 0.7) } },
    features: { mean: ["std", "max"] },
    finalState: true,
    workers: 0,
  } as GridSearchOptions & { results?: true });
  const names = results.schema.fields.map(({ name }) => name).filter((name) => name === "time" || name.split("/").includes("one_0"));
  const columns = names.map((name) => [name, bits(Float64Array.from(results.getChild(name) ?? []))]);
  return { columns, map: resultsMap.get(0)?.toJSON() };
}

/** Whether a call of one point is planned for one lane. */
function isSingle(call: Partial<GridSearchOptions> & Pick<GridSearchOptions, "circuitTemplate">): boolean | undefined {
  const options = { ...common, ...call, paramGrid: { k: [0.7] } } as GridSearchOptions;
  const { jobs } = makePlan(options, { budget: 1e9, openFile: () => undefined });
  return jobs[0].model.isSingle;
}

async function compare(call: Partial<GridSearchOptions> & Pick<GridSearchOptions, "circuitTemplate">): Promise<void> {
  expect(isSingle(call)).toBe(true);
  const [alone, among] = [await runOf(1, call), await runOf(3, call)];
  expect(alone.columns.length).toBeGreaterThan(50);
  expect(alone).toEqual(among);
}

const all = Object.keys({ ...fixedSolvers, ...stochasticSolvers }) as SolverName[];

describe("single: one point of a network has the bits of a lane of many", () => {
  describe.each(Object.entries(kinds))("%s", (_, make) => {
    test.each(all.flatMap((solver) => [17, 20].map((n) => [solver, n] as const)))("%s, %i nodes", async (solver, n) => {
      await compare({ circuitTemplate: make(n), solver });
    });
  });

  const input = "all/rate_op/u";
  const noisy = Object.keys(stochasticSolvers) as SolverName[];
  test.each<[string, Partial<GridSearchOptions>]>([
    ["a signal", { inputs: { [input]: Float64Array.from({ length: 30 }, (_, i) => Math.sin(i)) } }],
    ["uniform noise of each node", { inputs: { [input]: uniformNoise({ low: 0, high: 1, seed: 3 }) } }],
    ["noise of its own, held", { inputs: { [input]: normalNoise({ mean: 0, sd: 1, seed: 4, shared: false, hold: 3e-3 }) } }],
    ["processes of its own", { inputs: { [input]: ornsteinUhlenbeck({ mean: 0, sd: 1, tau: 0.01, seed: 5, shared: false }) } }],
    ["a process that nodes share", { inputs: { [input]: ornsteinUhlenbeck({ mean: 0, sd: 1, tau: 0.01, sharedByNodes: true }) } }],
    ["bounds and pulses", { bounds: { "all/rate_op/a": [0.25, 0.4] }, pulses: { "n_4/rate_op/r": { at: 0.011, by: 0.5 } } }],
    ["a past", { history: { "all/rate_op/r": 0.2 } }],
    ["rare samples", { samplingStepSize: 6e-3, cutoff: 6e-3 }],
  ])("with %s", async (_, more) => {
    for (const n of [17, 20]) await compare({ circuitTemplate: kinds["delays of whole steps"](n), solver: "heun", ...more });
  });

  test.each(noisy)("%s with noise on states and inputs", async (solver) => {
    const noise = {
      "all/rate_op/r": { sd: 0.3, shared: false, seed: 1 },
      "all/rate_op/a": { sd: "0.2*rate_op/a" },
      "all/rate_op/u": { sd: 0.05, shared: false },
    };
    const { "all/rate_op/u": _, ...ofStates } = noise;
    const call = solver === "milstein" ? ofStates : noise;
    for (const n of [17, 20]) await compare({ circuitTemplate: kinds["delays of whole steps"](n), solver, noise: call });
  });

  test("a point that diverges is told at the same time, with the same traces", async () => {
    const net = kinds["delays of whole steps"](17);
    const call = { circuitTemplate: net, pulses: { "n_3/rate_op/a": { at: 0.01, by: -800 } } };
    const [alone, among] = [await runOf(1, call), await runOf(2, call)];
    expect(alone.map).toMatchObject({ status: "diverged" });
    expect(alone).toEqual(among);
  });

  test("few nodes, many points, adaptive steps and models that are written by hand have modules for pairs of lanes", async () => {
    const net = kinds["without delays"](17);
    expect(isSingle({ circuitTemplate: kinds["without delays"](5) })).toBeUndefined();
    const columns = connect("model_templates.neural_mass_models.jansenrit.JRC2", {
      source: "jrc_op/m",
      target: "jrc_op/m_in",
      weights: [...Array(17)].map(() => Array(17).fill(0.1)),
    });
    const ofColumns = {
      circuitTemplate: columns,
      outputs: { V: "all/jrc_op/V_e" },
      paramMap: { k: { vars: ["jrc_op/c"], nodes: ["all"] } },
    };
    expect(isSingle(ofColumns)).toBe(true);
    expect(isSingle({ ...ofColumns, solver: "rk45" })).toBeUndefined();
    const two = makePlan({ ...common, circuitTemplate: net, paramGrid: { k: [1, 2] } } as GridSearchOptions, {
      budget: 1e9,
      openFile: () => undefined,
    });
    expect(two.jobs[0].model.isSingle).toBeUndefined();
  });
});
