// A plan is data that can be read: its text holds all that a sweep will do.
import { expect, test } from "vitest";
import { type MapSearchOptions, normalNoise } from "../../src/index.ts";
import type { SearchOptions } from "../../src/options/options.ts";
import { makePlan } from "../../src/plan/plan.ts";
import { printPlan } from "../../src/plan/print.ts";
import { small } from "../support/sweep.ts";

const machine = { budget: Number.POSITIVE_INFINITY, openFile: () => undefined };
const planOf = (options: SearchOptions) => makePlan(options, machine);
const stochastic = small({
  paramGrid: { C: [68, 128, 135], h_e: [0.003, 0.00325, 0.0035] },
  paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] }, h_e: { vars: ["jrc_op/h_e"], nodes: ["jrc"] } },
  inputs: { "jrc/jrc_op/u": normalNoise({ mean: 220, sd: 10, seed: 7, hold: 2e-3 }) },
  noise: { "jrc/jrc_op/X_e": { sd: "0.1 * jrc/jrc_op/V_e", seed: 3, shared: false } },
  solver: "euler-maruyama",
  features: { V_pce: ["mean", { crossings: { level: 0.01 } }, "regime"] },
});
const adaptive: MapSearchOptions = {
  ...small({ solver: { name: "rk45", rtol: 1e-8 }, features: { V_pce: ["mean", "maxima"] } }),
  results: false,
};
const sampled = small({
  inputs: { "jrc/jrc_op/u": Float64Array.from({ length: 50 }, (_, i) => i) },
  outputs: { V: "jrc/jrc_op/V_e - jrc/jrc_op/V_i" },
});

test("the whole plan of a stochastic sweep", () => {
  expect(`\n${printPlan(planOf(stochastic))}\n`).toMatchInlineSnapshot(`
    "
    points: { count: 3, first: "JRC2_0", last: "JRC2_2", replicates: 1 }
    keys: [{ key: "C", unit: "", values: [68, 128, 135] }, { key: "h_e", unit: "V", values: [0.003, 0.00325, 0.0035] }]
    timeUnit: "s"
    clock:
      kind: "fixed"
      stepSize: 0.001
      steps: 50
      samplingSteps: 1
      firstSample: 0
      sampleCount: 50
      samplingStep: 0.001
    layout: "wide"
    finalStates: []
    columns:
      - key: "V_pce"
        output: "V_pce"
        suffix: ""
        node: "jrc"
        variable: "jrc/jrc_op/V_e"
        unit: "V"
        kind: "state"
        row: 4
      - key: "V_pci"
        output: "V_pci"
        suffix: ""
        node: "jrc"
        variable: "jrc/jrc_op/V_i"
        unit: "V"
        kind: "state"
        row: 6
    traces: true
    traceType: "float64"
    bytes: 5088
    jobs:
      - model:
          name: "JRC2"
          timeUnit: "s"
          states:
            - { path: "jrc/jrc_op/V_ein", value: 0, unit: "V" }
            - { path: "jrc/jrc_op/X_ein", value: 0, unit: "V/s" }
            - { path: "jrc/jrc_op/V_iin", value: 0, unit: "V" }
            - { path: "jrc/jrc_op/X_iin", value: 0, unit: "V/s" }
            - { path: "jrc/jrc_op/V_e", value: 0, unit: "V" }
            - { path: "jrc/jrc_op/X_e", value: 0, unit: "V/s" }
            - { path: "jrc/jrc_op/V_i", value: 0, unit: "V" }
            - { path: "jrc/jrc_op/X_i", value: 0, unit: "V/s" }
          params: 10, the first and the last of which are
            - { path: "jrc/jrc_op/h_e", value: 0.00325, unit: "V" }
            - { path: "jrc/jrc_op/io_ratio", value: 3, unit: "" }
          inputs: [{ path: "jrc/jrc_op/u", value: 220, unit: "1/s" }, { path: "jrc/jrc_op/m_in", value: 0, unit: "1/s" }]
          outputs: [{ path: "jrc/jrc_op/m", value: 0, unit: "1/s" }]
          derived: 13
          module: rhs(), observe(), derive(), diffuse()
          timeRows: 0
        solver:
          name: "euler-maruyama"
          run: "eulerMaruyama"
          kind: "stochastic"
          calculus: "ito"
          strongOrder: 0.5
          weakOrder: 1
          withoutNoise: "euler"
          order: 1
          stages: 1
          work: 0
          source: "Maruyama 1955, Rend. Circ. Mat. Palermo 4:48"
        clock:
          kind: "fixed"
          stepSize: 0.001
          steps: 50
          samplingSteps: 1
          firstSample: 0
          sampleCount: 50
          samplingStep: 0.001
        values: [[68, 128, 135], [0.003, 0.00325, 0.0035]]
        arithmetic: { fastMath: false, precision: "float64" }
        assignments:
          - { kind: "param", row: 7, key: 0, path: "jrc/jrc_op/c" }
          - { kind: "param", row: 0, key: 1, path: "jrc/jrc_op/h_e" }
        inputSources:
          - kind: "noise"
            row: 0
            noise: { noise: "normal", offset: 220, scale: 10, seed: 7, shared: true, hold: 0.002 }
            hold: 2
            targets: 1
            target: 0
        wiener: [{ kind: "state", row: 5, sd: { kind: "computed", row: 0 }, seed: 3, shared: false, variable: -655230795 }]
        bounds: []
        pulses: []
        initialStates: []
        finalStates: []
        recorded: [{ kind: "state", row: 4 }, { kind: "state", row: 6 }]
        longestDelay: 0
        replicates: { each: 1, points: 3 }
    blocks: [{ job: 0, first: 0, points: 3, most: 16 }]
    features:
      groups:
        - { variable: 0, reducer: "moments", settings: {} }
        - { variable: 0, reducer: "crossings", settings: { level: 0.01 } }
        - { variable: 0, reducer: "cycles", settings: { absolute: 1e-12, relative: 0, prominence: 0.05, distinct: 0.02 } }
      parts:
        - group: 0
          part: "mean"
          values: "number"
          feature: "mean"
          unit: "V"
          settings: {}
          output: "V_pce"
          name: "V_pce_mean"
        - group: 1
          part: "crossings"
          values: "number"
          feature: "crossings"
          unit: ""
          settings: { level: 0.01 }
          output: "V_pce"
          name: "V_pce_crossings"
        - group: 2
          part: "regime"
          values: "text"
          feature: "regime"
          unit: ""
          settings: { absolute: 1e-12, relative: 0, prominence: 0.05 }
          output: "V_pce"
          name: "V_pce_regime"
      unsure: []
      samplingStep: 0.001
    "
  `);
});

test("a plan has the settings of an adaptive solver", () => {
  const text = printPlan(planOf(adaptive));
  for (const part of ['name: "rk45"', "rtol: 1e-8", "maxStep: Infinity", 'interpolation: "hold"', "traces: false"])
    expect(text).toContain(part);
});

test("long lists of a plan are their length with the first and last values", () => {
  expect(printPlan(planOf(sampled))).toContain("samples: 50: 0 … 49");
});

test("the text of a plan is that of its copy, and of the plan of the same call", () => {
  for (const options of [stochastic, adaptive, sampled]) {
    const plan = planOf(options);
    const copy = structuredClone(plan);
    expect(copy).not.toBe(plan);
    expect(printPlan(copy)).toBe(printPlan(plan));
    expect(printPlan(planOf(options))).toBe(printPlan(plan));
  }
});

test("what changes a plan changes its text", () => {
  const text = printPlan(planOf(stochastic));
  expect(printPlan(planOf({ ...stochastic, stepSize: 5e-4 }))).not.toBe(text);
  expect(printPlan(planOf({ ...stochastic, features: { V_pce: ["mean"] } }))).not.toBe(text);
});
