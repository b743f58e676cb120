// What is refused, before anything runs: each with its code, its place, the nearest right name, and all of it at once.
import { tableFromArrays } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { gridSearch, type Problem, uniformNoise } from "../../src/index.ts";
import { makePlan } from "../../src/plan/plan.ts";
import { openFiles } from "../../src/platform/files.ts";
import { oscillators } from "../support/models.ts";
import { processorTime } from "../support/stopwatch.ts";
import { refusal, small } from "../support/sweep.ts";

// A hostile or mistyped call is what no type allows: options are built as plain records here.
type Loose = Record<string, unknown>;

function call(changes: Loose): Promise<unknown> {
  const options: Loose = { ...small(), ...changes };
  return Reflect.apply(gridSearch, undefined, [options]);
}

async function problems(changes: Loose): Promise<readonly Problem[]> {
  return (await refusal(() => call(changes))).problems;
}

const C = { vars: ["jrc_op/c"], nodes: ["jrc"] };
const u = "jrc/jrc_op/u";
const nan = Number.NaN;

/** Options, code, place, and what the message must say. */
const refused: [string, Loose, string, string, RegExp][] = [
  [
    "template",
    { circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC3" },
    "E_UNKNOWN_TEMPLATE",
    "circuitTemplate",
    /did you mean .*\.JRC2\?/,
  ],
  ["template's name alone", { circuitTemplate: "jansen_rit/jrc2" }, "E_UNKNOWN_TEMPLATE", "circuitTemplate", /did you mean .*\.JRC2\?/],
  ["node", { paramMap: { C: { ...C, nodes: ["jrx"] } } }, "E_UNKNOWN_NODE", "paramMap.C.vars[0]", /node jrx .*did you mean jrc\?/],
  ["operator", { paramMap: { C: { ...C, vars: ["jrc_po/c"] } } }, "E_UNKNOWN_OPERATOR", "paramMap.C.vars[0]", /did you mean jrc_op\?/],
  [
    "variable",
    { paramMap: { C: { ...C, vars: ["jrc_op/cc"] } } },
    "E_UNKNOWN_VARIABLE",
    "paramMap.C.vars[0]",
    /jrc_op\/cc on node jrc.*did you mean jrc_op\/c\?/,
  ],
  ["output", { outputs: { V: "jrc/jrc_op/V_x" } }, "E_UNKNOWN_OUTPUT", "outputs.V", /did you mean jrc_op\/V_/],
  ["input", { inputs: { "jrc/jrc_op/uu": 1 } }, "E_UNKNOWN_INPUT", 'inputs["jrc/jrc_op/uu"]', /did you mean jrc_op\/u\?/],
  ["solver", { solver: "huen" }, "E_UNKNOWN_SOLVER", "solver", /huen; did you mean heun\?/],
  ["workers", { workers: -1 }, "E_TYPE", "workers", /workers must be a whole number of threads from 0 .* to 256, but -1 was found/],
  ["solver by name", { solver: { name: "rk44" } }, "E_UNKNOWN_SOLVER", "solver", /did you mean rk4\?/],
  ["solver option", { solver: { name: "rk4", rtol: 1 } }, "E_UNKNOWN_OPTION", "solver.rtol", /unknown option solver.rtol/],
  ["option", { stepsize: 1 }, "E_UNKNOWN_OPTION", "stepsize", /did you mean stepSize\?/],
  ["option of PyRates", { sampling_step_size: 1 }, "E_UNKNOWN_OPTION", "sampling_step_size", /did you mean samplingStepSize\?/],
  ["key of a map entry", { paramMap: { C: { ...C, node: ["jrc"] } } }, "E_UNKNOWN_OPTION", "paramMap.C.node", /did you mean nodes\?/],
  [
    "lengths",
    { paramGrid: { C: [1, 2], u: [1] }, paramMap: { C, u: { vars: ["jrc_op/u"], nodes: ["jrc"] } } },
    "E_GRID_SHAPE",
    "paramGrid",
    /C has 2, u has 1.*permuteGrid: true/,
  ],
  ["no keys", { paramGrid: {} }, "E_GRID_EMPTY", "paramGrid", /at least one/],
  ["no values", { paramGrid: { C: [] } }, "E_GRID_EMPTY", "paramGrid.C", /no values/],
  ["empty table", { paramGrid: tableFromArrays({ C: new Float64Array(0) }) }, "E_GRID_EMPTY", "paramGrid", /no rows/],
  ["table of names only", { paramGrid: tableFromArrays({ key: ["a"] }) }, "E_GRID_EMPTY", "paramGrid", /no columns of values/],
  ["NaN", { paramGrid: { C: [1, 2, nan] } }, "E_PARAM_NOT_FINITE", "paramGrid.C[2]", /value 2 of C .*NaN/],
  ["infinity", { paramGrid: { C: Float64Array.of(Infinity) } }, "E_PARAM_NOT_FINITE", "paramGrid.C[0]", /value 0 of C .*Infinity/],
  ["text", { paramGrid: { C: ["1,5"] } }, "E_PARAM_NOT_FINITE", "paramGrid.C[0]", /the string "1,5"/],
  ["null", { paramGrid: { C: [1, null] } }, "E_PARAM_NOT_FINITE", "paramGrid.C[1]", /null/],
  ["BigInt", { paramGrid: { C: [1n] } }, "E_PARAM_NOT_FINITE", "paramGrid.C[0]", /the BigInt 1 was found/],
  ["BigInt array", { paramGrid: { C: new BigInt64Array(2) } }, "E_TYPE", "paramGrid.C", /BigInt64Array/],
  ["number for an array", { paramGrid: { C: 135 } }, "E_TYPE", "paramGrid.C", /write \[135\]/],
  ["step 0", { stepSize: 0 }, "E_STEP", "stepSize", /above 0, but 0/],
  ["step below 0", { stepSize: -1e-3 }, "E_STEP", "stepSize", /-0.001/],
  ["step NaN", { stepSize: nan }, "E_STEP", "stepSize", /NaN/],
  ["step too small", { stepSize: 1e-300 }, "E_STEP", "stepSize", /makes 5e\+298 steps; at most 2147483647/],
  ["step above time", { stepSize: 1, samplingStepSize: 1 }, "E_STEP", "stepSize", /larger than simulationTime/],
  ["time 0", { simulationTime: 0 }, "E_TIME", "simulationTime", /above 0/],
  ["time below 0", { simulationTime: -1 }, "E_TIME", "simulationTime", /-1/],
  ["time infinite", { simulationTime: Infinity }, "E_TIME", "simulationTime", /Infinity/],
  ["cutoff", { cutoff: -1 }, "E_TIME", "cutoff", /0 or above/],
  ["sampling", { samplingStepSize: 1.5e-3 }, "E_SAMPLING", "samplingStepSize", /1.5 times.*use 0.001 or 0.002/],
  ["sampling below the step", { samplingStepSize: 5e-4 }, "E_SAMPLING", "samplingStepSize", /0.5 times/],
  ["sampling 0", { samplingStepSize: 0 }, "E_SAMPLING", "samplingStepSize", /above 0/],
  ["sampling remainder", { samplingStepSize: 4e-3 }, "E_SAMPLING", "samplingStepSize", /2 of 4 steps are left over.*0.048 or 0.052/],
  ["short input", { inputs: { [u]: new Float64Array(20) } }, "E_INPUT_LENGTH", `inputs["${u}"]`, /20 samples.*50 steps/],
  [
    "short columns",
    { inputs: { [u]: { data: new Float64Array(60), columns: 6 } } },
    "E_INPUT_LENGTH",
    `inputs["${u}"]`,
    /10 samples.*50 steps/,
  ],
  [
    "wrong columns",
    { inputs: { [u]: { data: new Float64Array(100), columns: 2 } } },
    "E_INPUT_COLUMNS",
    `inputs["${u}"].columns`,
    /2 columns, but needs 6 \(6 points\)/,
  ],
  [
    "ragged columns",
    { inputs: { [u]: { data: new Float64Array(301), columns: 6 } } },
    "E_INPUT_COLUMNS",
    `inputs["${u}"].data`,
    /301 values/,
  ],
  ["NaN in an input", { inputs: { [u]: new Float64Array(50).fill(nan, 7) } }, "E_INPUT_NOT_FINITE", `inputs["${u}"][7]`, /sample 7/],
  ["infinite input", { inputs: { [u]: -Infinity } }, "E_INPUT_NOT_FINITE", `inputs["${u}"]`, /-Infinity/],
  ["no signal", { inputs: { [u]: "noise" } }, "E_TYPE", `inputs["${u}"]`, /Float64Array/],
  ["hold", { inputs: { [u]: uniformNoise({ low: 0, high: 1, hold: 2.5e-3 }) } }, "E_HOLD", `inputs["${u}"].hold`, /whole multiple/],
  [
    "signal onto a parameter",
    { inputs: { "jrc/jrc_op/r": 1 } },
    "E_NOT_AN_INPUT",
    'inputs["jrc/jrc_op/r"]',
    /inputs are jrc\/jrc_op\/u, jrc\/jrc_op\/m_in/,
  ],
  ["two signals", { inputs: { [u]: 1, "all/jrc_op/u": 2 } }, "E_INPUT_CONFLICT", 'inputs["all/jrc_op/u"]', /both drive/],
  [
    "grid and signal",
    { paramMap: { C: { ...C, vars: ["jrc_op/u"] } }, inputs: { [u]: 1 } },
    "E_INPUT_CONFLICT",
    `inputs["${u}"]`,
    /set by the grid/,
  ],
  ["two keys", { paramGrid: { C: [1], D: [2] }, paramMap: { C, D: C } }, "E_PARAM_CONFLICT", "paramMap.D", /C and D both set/],
  [
    "algebraic target",
    { paramMap: { C: { ...C, vars: ["jrc_op/m"] } } },
    "E_NOT_SWEEPABLE",
    "paramMap.C.vars[0]",
    /computed by an equation/,
  ],
  ["no entry", { paramMap: { c: C } }, "E_MAP_MISSING", "paramMap.C", /every grid key needs one.*did you mean c\?/],
  ["no vars", { paramMap: { C: { vars: [], nodes: ["jrc"] } } }, "E_MAP_EMPTY", "paramMap.C.vars", /would drive nothing/],
  ["edges", { paramMap: { C: { vars: ["weight"], edges: [["a", "b"]] } } }, "E_UNKNOWN_EDGE", "paramMap.C.edges[0]", /no edges/],
  ["nodes missing", { paramMap: { C: { vars: ["jrc_op/c"] } } }, "E_MISSING_OPTION", "paramMap.C.nodes", /needs nodes/],
  ["vars as text", { paramMap: { C: { vars: "jrc_op/c", nodes: ["jrc"] } } }, "E_TYPE", "paramMap.C.vars", /must be an array/],
  ["var without operator", { paramMap: { C: { ...C, vars: ["c"] } } }, "E_PATH", "paramMap.C.vars[0]", /"operator\/variable"/],
  ["output path", { outputs: { V: "V_e" } }, "E_PATH", "outputs.V", /node\/operator\/variable/],
  ["no outputs", { outputs: {} }, "E_OUTPUTS_EMPTY", "outputs", /nothing to record/],
  ["outputs as a list of numbers", { outputs: [1] }, "E_TYPE", "outputs", /an object of name/],
  [
    "output named as a key",
    { layout: "long", outputs: { C: "jrc/jrc_op/V_e" } },
    "E_RESERVED_NAME",
    "outputs.C",
    /name C is also that of another column/,
  ],
  ["output named time", { layout: "long", outputs: { time: "jrc/jrc_op/V_e" } }, "E_RESERVED_NAME", "outputs.time", /another column/],
  ["output with a slash", { outputs: { "a/b": "jrc/jrc_op/V_e" } }, "E_RESERVED_NAME", 'outputs["a/b"]', /must not be empty or contain/],
  [
    "key named status",
    { paramGrid: { status: [1] }, paramMap: { status: C } },
    "E_RESERVED_NAME",
    "paramGrid.status",
    /column of the results/,
  ],
  ["missing option", { outputs: undefined }, "E_MISSING_OPTION", "outputs", /is missing/],
  ["no model", { circuitTemplate: { name: "x" } }, "E_TYPE", "circuitTemplate", /template path, a CircuitTemplate, or a model/],
  [
    "no model's module",
    { circuitTemplate: { ...oscillators(), derived: 1 } },
    "E_MODEL",
    "circuitTemplate.module",
    /does not export derive/,
  ],
  ["layout", { layout: "broad" }, "E_TYPE", "layout", /"wide" or "long"/],
  [
    "duplicate labels",
    { paramGrid: tableFromArrays({ index: ["a", "a"], C: [1, 2] }) },
    "E_GRID_SHAPE",
    "paramGrid",
    /two rows .* named a/,
  ],
];

describe("plan refusals: one fault, its code, its place, what to do", () => {
  test.each(refused)("%s", async (_, changes, code, place, message) => {
    const error = await refusal(() => call(changes));
    expect(error.code).toBe(code);
    expect(error.problems.map((p) => p.code)).toEqual([code]);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain("\n");
    expect(error.explain()).toContain(place);
    expect(error.explain()).toContain("nothing was computed");
  });

  test("a call without an object of options", async () => {
    for (const wrong of [undefined, null, 3, "x", []]) {
      expect((await refusal(() => Reflect.apply(gridSearch, undefined, [wrong]))).code).toBe("E_TYPE");
    }
  });

  test("results that do not fit in memory are refused with their bytes, at once", async () => {
    const grid = Float64Array.from({ length: 4000 }, (_, i) => i);
    const keys = { C, u: { vars: ["jrc_op/u"], nodes: ["jrc"] }, r: { vars: ["jrc_op/r"], nodes: ["jrc"] } };
    let found: Awaited<ReturnType<typeof problems>> = [];
    const taken = await processorTime(async () => {
      found = await problems({ paramGrid: { C: grid, u: grid, r: grid }, paramMap: keys, permuteGrid: true });
    });
    expect(found.map((p) => p.code)).toEqual(["E_SWEEP_TOO_LARGE"]);
    expect(found[0].message).toMatch(/\d+ bytes: 64000000000 points × 2 outputs × 50 samples × 8 bytes/);
    expect(taken).toBeLessThan(200);
    const plan = makePlan(small(), { budget: 1e9, openFile: openFiles() });
    expect((await refusal(() => makePlan(small(), { budget: plan.bytes - 1, openFile: openFiles() }))).code).toBe("E_SWEEP_TOO_LARGE");
    expect(makePlan(small(), { budget: plan.bytes, openFile: openFiles() }).bytes).toBe(6 * (2 * (50 * 8 + 400) + 8 + 48));
  });
});
