// Delays: against PyRates where it is right, against the textbook where it is not, and their own laws.
import { describe, expect, test } from "vitest";
import {
  type CircuitTemplate,
  type GridSearchOptions,
  gridSearch,
  type SolverName,
  simulate,
  solvers,
  templatesFromYaml,
  trace,
} from "../../src/index.ts";
import { fixedNames } from "../support/fixed.ts";
import { BOUND, deviation, reference } from "../support/reference.ts";
import { bits, refusal } from "../support/sweep.ts";

interface Case {
  meta: {
    edges?: [number, number, Record<string, number>][];
    n_sources: number;
    n_targets: number;
    s0: number[] | null;
    tau: number;
    step_size: number;
    simulation_time: number;
  };
  index: number[];
  columns: string[];
  data: number[][];
}

const sources = `
source_op: { base: OperatorTemplate, equations: "s' = k*s", variables: { s: output(1.0), k: 1.0 } }
target_op: { base: OperatorTemplate, equations: "a' = u - a", variables: { a: output(0.0), u: input(0.0) } }
target: { base: NodeTemplate, operators: [target_op] }
`;

/** Sources that grow, targets that follow them. */
function pairs({ edges = [], n_sources, n_targets, s0 }: Case["meta"]): CircuitTemplate {
  const node = (i: number) => `source${i}: { base: NodeTemplate, operators: { source_op: { s: ${s0?.[i] ?? 1} } } }\n`;
  const names = (letter: string, count: number) => Array.from({ length: count }, (_, i) => `${letter}${i}`);
  const nodes = [
    ...names("s", n_sources).map((name) => `${name}: ${name.replace("s", "source")}`),
    ...names("a", n_targets).map((name) => `${name}: target`),
  ];
  const list = edges.map(([from, to, values]) => `    - [s${from}/source_op/s, a${to}/target_op/u, null, ${JSON.stringify(values)}]`);
  const text = `${sources}${names("", n_sources)
    .map((_, i) => node(i))
    .join("")}
pairs:
  base: CircuitTemplate
  nodes: { ${nodes.join(", ")} }
  edges:
${list.join("\n")}
`;
  return templatesFromYaml(text).pairs;
}

const cases: [string, Case][] = Object.entries(reference("delays").cases);
/** In PyRates a delay of one step is none, an undelayed edge beside a delayed one gets a step, and of parallel edges the last wins. */
const departures = ["discrete_0.1", "shared_source_undelayed", "parallel_undelayed"];
/** PyRates rounds a delay to steps; here it is what it is. */
const rounded: Record<string, number> = { "discrete_0.16": 0.2, "discrete_0.25": 0.2, "discrete_0.35": 0.3 };

describe("edge delays agree with PyRates", () => {
  const ofEdges = cases.filter(([name, { meta }]) => meta.edges && !departures.includes(name));
  test.each(ofEdges)("%s", async (title, { meta, index, columns, data }) => {
    const outputs = Object.fromEntries(columns.map((name) => [name, `${name}/${name.startsWith("a") ? "target_op/a" : "source_op/s"}`]));
    const times = { simulationTime: meta.simulation_time, stepSize: meta.step_size };
    const delay = rounded[title];
    const edges = meta.edges?.map(([from, to, values]): [number, number, Record<string, number>] => {
      return [from, to, delay === undefined ? values : { ...values, delay }];
    });
    const results = await simulate({ circuitTemplate: pairs(edges ? { ...meta, edges } : meta), ...times, outputs });
    expect(Array.from(results.getChild("time") ?? [])).toEqual(index);
    columns.forEach((name, i) => {
      expect(deviation(Float64Array.from(results.getChild(name) ?? []), data[i])).toBeLessThan(BOUND);
    });
  });

  test("the departures are cases", () => {
    expect(departures.filter((name) => !cases.some(([known]) => known === name))).toEqual([]);
  });

  test("what PyRates returns for a shared source is the sweep in which the undelayed edge has a step of delay", async () => {
    const [, { meta, data }] = cases.find(([name]) => name === "shared_source_undelayed") ?? cases[0];
    const shifted = {
      ...meta,
      edges: [
        [0, 0, { weight: 1, delay: 0.3 }],
        [0, 1, { weight: 1, delay: 0.1 }],
      ] satisfies Case["meta"]["edges"],
    };
    const outputs = { a0: "a0/target_op/a", a1: "a1/target_op/a" };
    const results = await simulate({ circuitTemplate: pairs(shifted), simulationTime: 3, stepSize: 0.1, outputs });
    [0, 1].forEach((i) => {
      expect(deviation(Float64Array.from(results.getChild(`a${i}`) ?? []), data[i])).toBeLessThan(BOUND);
    });
  });
});

const dde = (equation: string) =>
  templatesFromYaml(`
op: { base: OperatorTemplate, equations: ["${equation}"], variables: { x: output(1.0), tau: 0.5, k: 1.0 } }
node: { base: NodeTemplate, operators: [op] }
dde: { base: CircuitTemplate, nodes: { p: node } }
`).dde;

const delayed = (equation: string, tau: readonly number[], more: Partial<GridSearchOptions> = {}) =>
  gridSearch({
    circuitTemplate: dde(equation),
    paramGrid: { tau },
    paramMap: { tau: { vars: ["op/tau"], nodes: ["p"] } },
    simulationTime: 3,
    stepSize: 0.1,
    outputs: { x: "p/op/x" },
    ...more,
  });

describe("delays: x(t-tau) agrees with PyRates", () => {
  test.each(cases.filter(([, { meta }]) => !meta.edges))("%s", async (_, { meta, data }) => {
    const times = { simulationTime: meta.simulation_time, stepSize: meta.step_size };
    for (const equation of ["x' = -x(t-tau)", "d/dt * x = -past(x, tau)", "x' = -k*past(x, 2*tau - tau)", "x' = -x(t - tau/2 - tau/2)"]) {
      const { results } = await delayed(equation, [meta.tau], times);
      expect(deviation(trace(results, "dde_0", "x"), data[0])).toBeLessThan(BOUND);
    }
  });

  test("a sweep of tau is the runs of its points, bit for bit, whatever the block", async () => {
    const tau = Array.from({ length: 131 }, (_, i) => 0.013 * i);
    for (const solver of fixedNames) {
      const { results } = await delayed("x' = -x(t-tau)", tau, { solver });
      for (const i of [0, 1, 7, 63, 64, 100, 130]) {
        const alone = await delayed("x' = -x(t-tau)", [tau[i]], { solver });
        expect(bits(trace(results, `dde_${i}`, "x"))).toEqual(bits(trace(alone.results, "dde_0", "x")));
      }
    }
  });
});

/** x' = -x(t - 1), x = 1 before 0: the method of steps gives polynomials. */
function bySteps(t: number): number {
  let sum = 0;
  let factor = 1;
  for (let k = 0; k <= Math.floor(t) + 1; k++) {
    if (k > 0) factor *= -1 / k;
    sum += factor * Math.max(0, t - k + 1) ** k;
  }
  return sum;
}

describe("delays: each solver reads the past at its own stages", () => {
  const error = async (solver: SolverName, stepSize: number) => {
    const { results } = await delayed("x' = -x(t-tau)", [1], { solver, stepSize, simulationTime: 5 });
    return Math.max(...trace(results, "dde_0", "x").map((value, i) => Math.abs(value - bySteps(i * stepSize))));
  };
  // Between samples the past is interpolated linearly, so that no order is above 2 here.
  test.each(fixedNames.map((name) => [name, Math.min(2, solvers[name].order)] as const))(
    "%s has order %i on x' = -x(t - 1)",
    async (solver, order) => {
      const errors = await Promise.all([0.02, 0.01, 0.005].map((h) => error(solver, h)));
      const orders = errors.slice(1).map((each, i) => Math.log2(errors[i] / each));
      for (const found of orders) expect(Math.abs(found - order)).toBeLessThan(0.1);
    },
  );

  test.each(fixedNames)("%s without a delay is %s with a delay of zero", async (solver) => {
    const { results } = await delayed("x' = -x(t-tau)", [0], { solver });
    const plain = await delayed("x' = -x + 0*tau", [0], { solver });
    expect(deviation(trace(results, "dde_0", "x"), [...trace(plain.results, "dde_0", "x")])).toBeLessThan(1e-15);
  });

  test("a delay below a step is between the last two states", async () => {
    const found = await delayed("x' = -x(t-tau)", [0.05], { solver: "heun", stepSize: 0.1, simulationTime: 20 });
    const fine = await delayed("x' = -x(t-tau)", [0.05], { solver: "heun", stepSize: 0.001, samplingStepSize: 0.1, simulationTime: 20 });
    expect(deviation(trace(found.results, "dde_0", "x"), [...trace(fine.results, "dde_0", "x")])).toBeLessThan(2e-3);
  });
});

const edgePath = ["s0/source_op/s", "a0/target_op/u"];
const sweepOf = (grid: Record<string, number[]>, more: Partial<GridSearchOptions> = {}) =>
  gridSearch({
    circuitTemplate: pairs({
      edges: [[0, 0, { weight: 2 }]],
      n_sources: 1,
      n_targets: 1,
      s0: null,
      tau: 0,
      step_size: 0,
      simulation_time: 0,
    }),
    paramGrid: grid,
    paramMap: {
      delay: { vars: ["delay"], edges: [edgePath] },
      spread: { vars: ["spread"], edges: [edgePath] },
      weight: { vars: ["weight"], edges: [[...edgePath, 0]] },
      k: { vars: ["source_op/k"], nodes: ["s0"] },
    },
    simulationTime: 3,
    stepSize: 0.1,
    outputs: { a: "a0/target_op/a", s: "s0/source_op/s", u: "a0/target_op/u" },
    ...more,
  });

describe("delays and spreads are swept", () => {
  const single = (values: Record<string, number>) =>
    pairs({ edges: [[0, 0, { weight: 2, ...values }]], n_sources: 1, n_targets: 1, s0: null, tau: 0, step_size: 0, simulation_time: 0 });

  test("points of other forms (none, steps, chains of other lengths) stand in their own order, with their template's bits", async () => {
    const delay = [0.4, 0, 0.3, 0.4, 1, 0.4, 0, 0.6];
    const spread = [0, 0, 0.1, 0.2, 0, 0.2, 0.3, 0.2];
    const k = delay.map((_, i) => 0.5 + 0.1 * i);
    for (const solver of ["euler", "heun", "rk4"] as const) {
      for (const layout of ["wide", "long"] as const) {
        const { results, resultsMap } = await sweepOf({ delay, spread, k }, { solver, layout });
        expect([...(resultsMap.getChild("delay") ?? [])]).toEqual(delay);
        expect([...(resultsMap.getChild("key") ?? [])]).toEqual(delay.map((_, i) => `pairs_${i}`));
        for (const [i, value] of delay.entries()) {
          const params = { "s0/source_op/k": k[i] };
          const outputs = { a: "a0/target_op/a" };
          const alone = await simulate({
            circuitTemplate: single({ delay: value, spread: spread[i] }),
            simulationTime: 3,
            stepSize: 0.1,
            solver,
            params,
            outputs,
          });
          expect(bits(trace(results, `pairs_${i}`, "a"))).toEqual(bits(Float64Array.from(alone.getChild("a") ?? [])));
        }
      }
    }
  });

  test("noise of a point does not depend on how points are grouped", async () => {
    const { uniformNoise } = await import("../../src/index.ts");
    const circuitTemplate = "model_templates.neural_mass_models.jansenrit.JRC";
    const run = (delay: number[]) =>
      gridSearch({
        circuitTemplate,
        paramGrid: { delay },
        paramMap: { delay: { vars: ["delay"], edges: [["pc/pro/m", "ein/rpo_e/m_in"]] } },
        inputs: { "pc/rpo_e_in/u": uniformNoise({ low: 120, high: 320, seed: 3, shared: false }) },
        simulationTime: 0.2,
        stepSize: 1e-3,
        outputs: { v: "pc/rpo_e_in/v" },
      });
    const mixed = await run([0.005, 0, 0.004, 0, 0.003, 0]);
    const plain = await run([0, 0, 0, 0, 0, 0]);
    for (const i of [1, 3, 5]) {
      expect(bits(trace(mixed.results, `JRC_${i}`, "v"))).toEqual(bits(trace(plain.results, `JRC_${i}`, "v")));
    }
  });

  test("an algebraic source is delayed too, and what is felt is recorded", async () => {
    const { results } = await sweepOf({ delay: [0.5], weight: [3] });
    const s = trace(results, "pairs_0", "s");
    const u = trace(results, "pairs_0", "u");
    u.forEach((value, i) => {
      expect(value).toBe(i < 5 ? 0 : 3 * s[i - 5]);
    });
  });

  test("a point that overflows says when, and leaves the others' bits", async () => {
    const options = { solver: "heun", simulationTime: 60 } as const;
    const mixed = await sweepOf({ delay: [0.5, 0.5, 0.7], k: [1, 30, 1] }, options);
    const healthy = await sweepOf({ delay: [0.5, 0.7], k: [1, 1] }, options);
    expect([...(mixed.resultsMap.getChild("status") ?? [])]).toEqual(["ok", "diverged", "ok"]);
    expect(bits(trace(mixed.results, "pairs_0", "a"))).toEqual(bits(trace(healthy.results, "pairs_0", "a")));
    expect(bits(trace(mixed.results, "pairs_2", "a"))).toEqual(bits(trace(healthy.results, "pairs_1", "a")));
    // Heun multiplies s by 1 + 3 + 4.5 in each step.
    const failedAt = Number(mixed.resultsMap.getChild("failedAt")?.get(1));
    expect(Math.abs(failedAt - 0.1 * Math.ceil((1024 * Math.LN2) / Math.log(8.5)))).toBeLessThan(0.1 + 1e-9);
  });
});

describe("delays that cannot be are refused, before anything runs", () => {
  const code = async (grid: Record<string, number[]>, more: Partial<GridSearchOptions> = {}) => {
    const error = await refusal(() => sweepOf(grid, more));
    return error.message;
  };
  test("negative, below a step, too long for memory, chains that are too long", async () => {
    expect(await code({ delay: [0.5, -1] })).toMatch(/^E_DELAY: .*point 1.*-1 was found/);
    expect(await code({ delay: [0.5, 0.01] })).toMatch(/^E_DELAY: .*0\.01 is shorter than one step of 0\.1/);
    expect(await code({ delay: [1e8] })).toMatch(/^E_DELAY: .*1000000000 steps need .* GB/);
    expect(await code({ delay: [1], spread: [0.01] })).toMatch(/^E_DELAY: .*10000 stages; at most 1000/);
  });
  test("of a template, and of past()", async () => {
    const short = single({ delay: 0.01 });
    const run = (circuitTemplate: CircuitTemplate, output = "a0/target_op/a") =>
      refusal(() => simulate({ circuitTemplate, simulationTime: 1, stepSize: 0.1, outputs: { a: output } }));
    expect((await run(short)).message).toMatch(/^E_DELAY: .*0\.01 is shorter than one step/);
    expect((await run(dde("x' = -past(x, k - 3*tau)"), "p/op/x")).message).toMatch(/^E_DELAY: .*0 or more, but -/);
    expect((await run(dde("x' = -past(x, x)"), "p/op/x")).message).toMatch(/^E_DELAY: .*changes with time/);
    expect((await refusal(() => delayed("x' = -x(t-tau)", [1, -2]))).message).toMatch(/^E_DELAY: .*-2 was found/);
  });
  const single = (values: Record<string, number>) =>
    pairs({ edges: [[0, 0, { weight: 2, ...values }]], n_sources: 1, n_targets: 1, s0: null, tau: 0, step_size: 0, simulation_time: 0 });
});
