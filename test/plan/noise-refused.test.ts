// What is refused of noise on variables, before anything runs: each with its code, its place, and what to do.
import { describe, expect, test } from "vitest";
import { gridSearch, simulate } from "../../src/index.ts";
import { oscillators } from "../support/models.ts";
import { linear } from "../support/noisy-models.ts";
import { refusal, small } from "../support/sweep.ts";

// A mistyped call is what no type allows: options are built as plain records here.
type Loose = Record<string, unknown>;

const u = "jrc/jrc_op/u";
const X = "jrc/jrc_op/X_ein";
const Z = "jrc/jrc_op/X_iin";
const one = { [X]: { sd: 1 } };
const C = { vars: ["jrc_op/c"], nodes: ["jrc"] };
const swept = (noise: unknown, vars = ["sd"]) => ({ paramGrid: { C: [68], s: [1] }, paramMap: { C, s: { vars, noise } } });

/** Options, code, place, and what the message must say. */
const refused: [string, Loose, string, string, RegExp][] = [
  ["no object", { noise: 3 }, "E_TYPE", "noise", /noise must be an object of path: \{ sd, seed, shared \}, but 3/],
  ["a number for an entry", { noise: { [X]: 3 } }, "E_TYPE", `noise["${X}"]`, /must be \{ sd, seed, shared \}, but 3/],
  ["no sd", { noise: { [X]: {} } }, "E_MISSING_OPTION", `noise["${X}"].sd`, /sd is missing; it is a finite number, not negative, or/],
  ["sd below 0", { noise: { [X]: { sd: -1 } } }, "E_TYPE", `noise["${X}"].sd`, /not negative.* -1 was found/],
  ["sd NaN", { noise: { [X]: { sd: Number.NaN } } }, "E_TYPE", `noise["${X}"].sd`, /NaN was found/],
  ["seed", { noise: { [X]: { sd: 1, seed: 0.5 } } }, "E_TYPE", `noise["${X}"].seed`, /an integer from 0/],
  ["option", { noise: { [X]: { sd: 1, sede: 2 } } }, "E_UNKNOWN_OPTION", `noise["${X}"].sede`, /did you mean seed\?/],
  ["variable", { noise: { "jrc/jrc_op/X_ien": { sd: 1 } } }, "E_UNKNOWN_VARIABLE", "noise", /did you mean jrc_op\/X_e/],
  ["node", { noise: { "jrx/jrc_op/u": { sd: 1 } } }, "E_UNKNOWN_NODE", "noise", /did you mean jrc\?/],
  ["a parameter", { noise: { "jrc/jrc_op/c": { sd: 1 } } }, "E_NOISE_TARGET", "noise", /c is a parameter, .*alone: jrc\/jrc_op\/V/],
  ["what is computed", { noise: { "jrc/jrc_op/m": { sd: 1 } } }, "E_NOISE_TARGET", "noise", /is computed by an equation/],
  ["two entries", { noise: { ...one, "all/jrc_op/X_ein": { sd: 2 } } }, "E_NOISE_CONFLICT", "noise", /both give noise to .*X_ein/],
  ["euler", { noise: one, solver: "euler" }, "E_NOISE_SOLVER", "solver", /euler takes no noise; use euler-maruyama \(Itô\) or/],
  ["the default solver", { noise: one, solver: undefined }, "E_NOISE_SOLVER", "solver", /euler takes no noise/],
  ["rk45", { noise: one, solver: "rk45" }, "E_NOISE_SOLVER", "solver", /rk45 takes no noise; .* stochastic-heun \(Stratonovich\)/],
  ["sd of nothing", { noise: { [X]: { sd: "2*jrc/jrc_op/cc" } } }, "E_UNKNOWN_VARIABLE", "sd", /cc .*sd of noise .*did you mean/],
  ["sd that is no equation", { noise: { [X]: { sd: "2 +* 3" } } }, "E_EQ_SYNTAX", "sd", /sd of noise .* is no path/],
  ["sd of the past", { noise: { [X]: { sd: `past(${X}, 1)` } } }, "E_OUTPUT_EXPRESSION", "sd", /looks back in time/],
  ["sd of white noise", { noise: { [u]: { sd: 1 }, [X]: { sd: `2*${u}` } } }, "E_NOISE_SD", "sd", /depends on .*u, which is white noise/],
  ["milstein, input", { noise: { [u]: { sd: 1 } }, solver: "milstein" }, "E_NOISE_SOLVER", "solver", /on states alone, .*euler-maruyama/],
  [
    "milstein, another noisy state",
    { noise: { [X]: { sd: `${Z} + 1` }, [Z]: { sd: 1 } }, solver: "milstein" },
    "E_NOISE_SOLVER",
    "solver",
    /sd depends on no other noisy state, but that of .*X_ein depends on .*X_iin; use euler-maruyama/,
  ],
  ["grid key of no noise", { noise: one, ...swept([Z]) }, "E_UNKNOWN_NOISE", "paramMap.s.noise[0]", /must be a key of the option noise/],
  ["grid key of what", { noise: one, ...swept([X], ["ds"]) }, "E_UNKNOWN_VARIABLE", "paramMap.s.vars[0]", /did you mean sd\?/],
  ["grid key of none", { noise: one, ...swept([]) }, "E_MAP_EMPTY", "paramMap.s.noise", /would drive nothing/],
  ["grid key and expression", { noise: { [X]: { sd: X } }, ...swept([X]) }, "E_NOISE_SD", "sd", /set by the grid.* give a number/],
  [
    "two grid keys",
    { noise: one, paramGrid: { s: [1], r: [1] }, paramMap: { s: { vars: ["sd"], noise: [X] }, r: { vars: ["sd"], noise: [X] } } },
    "E_PARAM_CONFLICT",
    "paramMap.r",
    /both set the intensity of noise/,
  ],
];

describe("noise is refused, with its code, its place, and what to do", () => {
  test.each(refused)("%s", async (_, changes, code, place, message) => {
    const call = { ...small(), paramGrid: { C: [68] }, solver: "euler-maruyama", ...changes };
    const error = await refusal(() => Reflect.apply(gridSearch, undefined, [call]));
    expect(error.problems.map((p) => p.code)).toEqual([code]);
    expect(error.message).toMatch(message);
    expect(error.explain()).toContain(place);
    expect(error.explain()).toContain("nothing was computed");
  });

  test("in one run too; of a bare module, sd is a number or a parameter", async () => {
    const call = { circuitTemplate: oscillators(), outputs: { x: "a/osc/x" }, simulationTime: 1, stepSize: 0.1 };
    const run = (sd: number | string) => simulate({ ...call, solver: "euler-maruyama", noise: { "a/osc/x": { sd } } });
    const wide = await refusal(() => run("2 * a/osc/w"));
    expect([wide.code, wide.message]).toEqual(["E_NOISE_SD", expect.stringMatching(/given as a module.*the path of a parameter/)]);
    const [number, parameter] = [await run(1), await run("a/osc/w")].map((table) => table.getChild("x")?.toArray());
    expect(parameter).toEqual(number);
  });

  test("another node's state is another noisy state", async () => {
    const call = { circuitTemplate: linear.two, outputs: { x: "a/growth_op/x" }, simulationTime: 1, stepSize: 0.1 };
    const noise = { "a/growth_op/x": { sd: "all/growth_op/x" }, "b/growth_op/x": { sd: "a/growth_op/mu" } };
    expect((await simulate({ ...call, solver: "milstein", noise })).numRows).toBe(10);
    const other = { "all/growth_op/x": { sd: "a/growth_op/x" } };
    expect((await refusal(() => simulate({ ...call, solver: "milstein", noise: other }))).code).toBe("E_NOISE_SOLVER");
  });

  test("an intensity through what is computed of a noisy variable", async () => {
    const call = { circuitTemplate: linear.pair, outputs: { x: "p/pair_op/x" }, simulationTime: 1, stepSize: 0.1 };
    const run = (noise: Record<string, { sd: number | string }>, solver: "milstein" | "euler-maruyama") =>
      refusal(() => simulate({ ...call, solver, noise }));
    const through = await run({ "p/pair_op/x": { sd: "p/pair_op/r" }, "p/pair_op/y": { sd: 1 } }, "milstein");
    expect(through.message).toMatch(/depends on p\/pair_op\/y/);
    const white = await run({ "p/pair_op/x": { sd: "p/pair_op/r" }, "p/pair_op/w": { sd: 1 } }, "euler-maruyama");
    expect(white.message).toMatch(/depends on p\/pair_op\/w, which is white noise/);
  });
});
