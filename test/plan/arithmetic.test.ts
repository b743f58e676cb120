// Steps that are not exact: what they are refused for, by name, before anything runs, and where they are told.
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import {
  type AdaptiveSolverName,
  adaptiveSolvers,
  connect,
  gridSearch,
  jansenRit,
  normalNoise,
  plan,
  type SimulateOptions,
  simulate,
  templatesFromYaml,
} from "../../src/index.ts";
import { makePlan } from "../../src/plan/plan.ts";
import { printPlan } from "../../src/plan/print.ts";
import { openFiles } from "../../src/platform/files.ts";
import { fuses, fusingFlags, withoutFusing } from "../support/fusing.ts";
import { refusal, small } from "../support/sweep.ts";

/** Options that make steps others, with the code by which each is refused and what metadata say of it. */
const asked = [
  { option: "fastMath", more: { fastMath: true }, code: "E_FAST_MATH", told: { fastMath: "true" } },
  { option: "precision", more: { precision: "float32" }, code: "E_PRECISION", told: { precision: "float32" } },
] as const;
const JRC2 = "model_templates.neural_mass_models.jansenrit.JRC2";

describe.skipIf(!fuses).each(asked)("plan arithmetic: $option", ({ option, more, code, told }) => {
  test.each(Object.values(adaptiveSolvers).map(({ name }) => name as AdaptiveSolverName))(
    "is refused with %s, whose steps are not fixed",
    async (solver) => {
      const { problems } = await refusal(() => gridSearch(small({ ...more, solver })));
      expect(problems).toEqual([{ code, path: [option], message: expect.stringContaining(`${solver} adapts its step size; leave out`) }]);
      expect(problems[0].message).toContain("euler, heun, midpoint, ralston, rk4, rk5");
    },
  );

  test("is refused beside whatever else is wrong", async () => {
    const wrong = { ...more, solver: "rk45", simulationTime: -1, outputs: { V: "jrc/jrc_op/V_f" } } as const;
    const { problems } = await refusal(() => gridSearch(small(wrong)));
    expect(problems.map((problem) => problem.code).sort()).toEqual([code, "E_TIME", "E_UNKNOWN_OUTPUT"].sort());
  });

  test("is refused where a model has no fused loop", async () => {
    const n = 200;
    const weights = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => Number(i !== j)));
    const circuitTemplate = connect(JRC2, { source: "jrc_op/m", target: "jrc_op/m_in", weights });
    const call = { ...more, circuitTemplate, simulationTime: 0.01, stepSize: 1e-3, outputs: { V: "jrc_0/jrc_op/V_e" } };
    for (const work of [
      () => simulate(call),
      () => gridSearch({ ...small(call), paramMap: { C: { vars: ["jrc_op/c"], nodes: ["all"] } } }),
    ]) {
      const { problems } = await refusal(work);
      expect(problems).toEqual([
        { code, path: [option], message: expect.stringMatching(/fused loop.*too many (operations|nodes).*leave out/) },
      ]);
    }
    const bare = await refusal(() => gridSearch(small({ ...more, circuitTemplate: jansenRit() })));
    expect(bare.problems).toMatchObject([{ code, path: [option], message: expect.stringMatching(/equations are not known/) }]);
  });

  test("is of one point of a small network too, which is compiled as several are", async () => {
    const circuitTemplate = connect(JRC2, {
      source: "jrc_op/m",
      target: "jrc_op/m_in",
      weights: [
        [0, 1],
        [1, 0],
      ],
    });
    const run: SimulateOptions = { circuitTemplate, simulationTime: 0.01, stepSize: 1e-3, outputs: { V: "jrc_0/jrc_op/V_e" } };
    const table = await simulate({ ...run, ...more });
    expect(table.schema.metadata).toEqual(new Map([...(await simulate(run)).schema.metadata, ...Object.entries(told)]));
  });

  test("is a wrong kind of value", async () => {
    const { problems } = await refusal(() => Reflect.apply(gridSearch, undefined, [{ ...small(), [option]: "yes" }]));
    expect(problems).toMatchObject([{ code: "E_TYPE", path: [option] }]);
  });

  test("is in the metadata of every table, which say nothing of exact steps", async () => {
    const exact = await gridSearch(small());
    for (const layout of ["wide", "long"] as const) {
      const { results, resultsMap } = await gridSearch(small({ ...more, layout }));
      const expected = new Map([...exact.resultsMap.schema.metadata, ...Object.entries(told)]);
      expect(results.schema.metadata).toEqual(expected);
      expect(resultsMap.schema.metadata).toEqual(expected);
    }
    expect([...exact.results.schema.metadata.keys()]).not.toContain(option);
  });

  test("is in the plan, and in the plan as text", async () => {
    expect((await plan(small())).arithmetic).toEqual({ fastMath: false, precision: "float64" });
    expect((await plan(small(more))).arithmetic).toEqual(Object.assign({ fastMath: false, precision: "float64" }, more));
    const text = printPlan(makePlan(small(more), { budget: Number.POSITIVE_INFINITY, openFile: openFiles() }));
    expect(text).toMatch(new RegExp(`arithmetic: \\{.*${Object.entries(more).map(([name, value]) => `${name}: "?${value}"?`)}`));
  });
});

test("plan arithmetic: a precision that there is not is refused, and the nearest told", async () => {
  const refused = async (precision: unknown) =>
    (await refusal(() => Reflect.apply(gridSearch, undefined, [{ ...small(), precision }]))).problems;
  const message = 'precision must be "float64" or "float32", but the string "flaot32" was found; did you mean "float32"?';
  expect(await refused("flaot32")).toEqual([{ code: "E_TYPE", path: ["precision"], message, suggestion: "float32" }]);
  expect(await refused("double")).toMatchObject([{ code: "E_TYPE", path: ["precision"] }]);
  expect(await refused(32)).toMatchObject([{ code: "E_TYPE", path: ["precision"] }]);
});

describe("plan arithmetic: where the engine does not fuse", () => {
  const program = (prelude: string) => `
    ${prelude}
    const { gridSearch, plan, simulate } = await import(${JSON.stringify(new URL("../../dist/index.js", import.meta.url))});
    const call = ${JSON.stringify(small({ fastMath: true }))};
    const { paramGrid, paramMap, ...run } = call;
    const found = [];
    for (const work of [() => gridSearch(call), () => plan(call), () => simulate(run)])
      found.push(await work().then(() => "", ({ problems }) => problems.map(({ code, path, message }) => [code, ...path, message].join(" "))));
    const { resultsMap } = await gridSearch({ ...call, fastMath: false });
    console.log(JSON.stringify({ found, points: resultsMap.numRows }));
  `;
  const runIn = (prelude: string, flags: readonly string[] = fusingFlags) => {
    const { stdout, stderr } = spawnSync(process.execPath, [...flags, "--input-type=module", "-e", program(prelude)], {
      encoding: "utf8",
    });
    if (stdout === "") throw new Error(stderr);
    const { found, points }: { found: string[]; points: number } = JSON.parse(stdout);
    return { found: found.flat(), points };
  };

  test("fastMath is refused by name, with the engines that do, and exact steps are taken", () => {
    const { found, points } = runIn(withoutFusing);
    expect(found).toHaveLength(3);
    for (const message of found)
      expect(message).toMatch(/^E_FAST_MATH fastMath .*leave out fastMath, or use Node from 21 on, Deno, Chrome/);
    expect(points).toBe(6);
  });

  test.runIf(fusingFlags.length > 0)("Node 20 is such an engine, as it is started", () => {
    expect(runIn("", []).found.map((message) => message.split(" ")[0])).toEqual(["E_FAST_MATH", "E_FAST_MATH", "E_FAST_MATH"]);
  });

  test.skipIf(!fuses)("nothing is refused in the same program where it does", () => {
    expect(runIn("")).toEqual({ found: ["", "", ""], points: 6 });
  });
});

describe("plan arithmetic: float32 has a number for every value that is given", () => {
  const float32 = { precision: "float32" } as const;
  const X = "jrc/jrc_op/X_e";
  const u = "jrc/jrc_op/u";
  const samples = (value: number) => new Float64Array(50).fill(1).map((one, i) => (i === 7 ? value : one));
  const beyond = /beyond 3.40e\+38, the largest number of float32, and would be infinite; leave out precision/;
  const below = /below 1.4e-45, the smallest number of float32 above 0, and would be 0; leave out precision/;
  const wrong: [what: string, changes: object, path: (string | number)[], told: RegExp[]][] = [
    ["a grid key's", { paramGrid: { C: [68, 1e39] } }, ["paramGrid", "C"], [/^a value of the grid key C is 1e\+39/, beyond]],
    ["the same, small", { paramGrid: { C: [68, -1e-46] } }, ["paramGrid", "C"], [/^a value of the grid key C is -1e-46/, below]],
    ["one of every combination's", { paramGrid: { C: [68, 4e38] }, permuteGrid: true }, ["paramGrid", "C"], [beyond]],
    ["a signal's", { inputs: { [u]: samples(-1e39) } }, ["inputs", u], [/^a value of the input jrc\/jrc_op\/u is -1e\+39/, beyond]],
    ["a signal that would be 0", { inputs: { [u]: samples(0).map(() => 1e-60) } }, ["inputs", u], [below]],
    ["noise's", { inputs: { [u]: normalNoise({ mean: 1e39, sd: 1, seed: 3 }) } }, ["inputs", u], [beyond]],
    ["an initial state's", { initialState: { [X]: 1e-50 } }, ["initialState", X], [/^a value of initialState of .*X_e is 1e-50/, below]],
    ["a pulse's", { pulses: { [X]: { at: 0.01, by: 1e300 } } }, ["pulses", X], [beyond]],
  ];
  test.each(wrong)("%s", async (_, changes, path, told) => {
    const { problems } = await refusal(() => gridSearch({ ...small(changes), ...float32 }));
    expect(problems).toMatchObject([{ code: "E_PRECISION", path }]);
    for (const text of told) expect(problems[0].message).toMatch(text);
  });

  test("a parameter of one run, and a model's own, unless something replaces it", async () => {
    const run = { circuitTemplate: JRC2, simulationTime: 0.01, stepSize: 1e-3, outputs: { V: "jrc/jrc_op/V_e" }, ...float32 };
    const { problems } = await refusal(() => simulate({ ...run, params: { "jrc/jrc_op/c": 1e40 } }));
    expect(problems).toMatchObject([{ code: "E_PRECISION", path: ["params", "jrc/jrc_op/c"], message: expect.stringMatching(beyond) }]);
    const text = (k: string) => `
p: {base: OperatorTemplate, equations: "x' = -k * x", variables: {x: output(1.0), k: ${k}}}
n: {base: NodeTemplate, operators: [p]}
c: {base: CircuitTemplate, nodes: {n: n}}`;
    const own = async (k: string, more: object = {}) => {
      const circuitTemplate = templatesFromYaml(text(k)).c;
      if (!circuitTemplate) throw new Error("there is no circuit c");
      return await simulate({ ...run, circuitTemplate, outputs: { x: "n/p/x" }, ...more });
    };
    expect((await refusal(() => own("1e-60"))).problems).toMatchObject([
      { code: "E_PRECISION", path: ["precision"], message: expect.stringMatching(/^n\/p\/k is 1e-60: it is below/) },
    ]);
    expect((await own("1e-60", { params: { "n/p/k": 2 } })).numRows).toBe(10);
    expect((await own("1e-44")).numRows).toBe(10);
  });

  test("what float64 has, and small samples among others, are no errors", async () => {
    const edge = { paramGrid: { C: [3.4e38, 1.5e-45] }, inputs: { [u]: samples(1e-60) } };
    expect((await gridSearch({ ...small(edge), ...float32 })).resultsMap.numRows).toBe(2);
    expect((await gridSearch(small({ paramGrid: { C: [1e39, 1e-46] } }))).resultsMap.numRows).toBe(2);
  });
});
