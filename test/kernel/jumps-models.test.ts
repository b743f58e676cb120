// Jumps in whole models: a pulse into Jansen and Rit's column, networks whose nodes switch each at its own times, functions of tables.
import { describe, expect, test } from "vitest";
import {
  type AdaptiveSolverName,
  adaptiveSolvers,
  type GridSearchOptions,
  gridSearch,
  simulate,
  templatesFromYaml,
  trace,
} from "../../src/index.ts";

const names = Object.keys(adaptiveSolvers).filter((name): name is AdaptiveSolverName => name in adaptiveSolvers);

const { pulsed, net, chain, table } = templatesFromYaml(`
pulsed_op:
  base: model_templates.neural_mass_models.jansenrit.jrc_op
  equations: { replace: { "u": "(u + q*(t > 5)*(t < 5.01))" } }
  variables: { q: 0.0 }
pulsed_pop: { base: NodeTemplate, operators: [pulsed_op] }
pulsed: { base: CircuitTemplate, nodes: { jrc: pulsed_pop } }
fire_op:
  base: OperatorTemplate
  equations: ["v' = (I + k*s + (mod(t - t0, P) < 0.2*P) - v)/tau", "r = (v > th)"]
  variables: { v: variable(0.0), r: output(0.0), s: input(0.0), I: 0.8, k: 0.5, t0: 0.0, P: 3.0, tau: 1.0, th: 0.6 }
fire: { base: NodeTemplate, operators: [fire_op] }
rest_op:
  base: OperatorTemplate
  equations: ["v' = -v + s"]
  variables: { v: output(0.0), s: input(0.0) }
rest: { base: NodeTemplate, operators: [rest_op] }
net:
  base: CircuitTemplate
  nodes: { a: fire, b: fire, c: fire, d: rest }
  edges:
    - [a/fire_op/r, b/fire_op/s, null, { weight: 1.0 }]
    - [b/fire_op/r, c/fire_op/s, null, { weight: -0.7 }]
    - [c/fire_op/r, a/fire_op/s, null, { weight: 0.4 }]
    - [c/fire_op/r, d/rest_op/s, null, { weight: 1.0 }]
chain:
  base: CircuitTemplate
  nodes: { a: fire, d: rest }
  edges: [[a/fire_op/r, d/rest_op/s, null, { weight: 1.0, delay: 0.5, spread: 0.2 }]]
table_op: { base: OperatorTemplate, equations: ["v' = -v + abs(sin(t)) + floor(2*cos(3*t))"], variables: { v: output(0.0) } }
table_pop: { base: NodeTemplate, operators: [table_op] }
table: { base: CircuitTemplate, nodes: { p: table_pop } }
`);

describe.each(names)("jumps in models: %s, at default tolerances", (solver) => {
  test("a pulse of 10 ms into Jansen and Rit's column at rest: its range, and no failure at a tight tolerance", async () => {
    const call: GridSearchOptions = {
      ...{ circuitTemplate: pulsed, paramGrid: { q: [2000] }, paramMap: { q: { vars: ["pulsed_op/q"], nodes: ["jrc"] } } },
      ...{ simulationTime: 6, stepSize: 1e-3, cutoff: 4.5, outputs: { V: "jrc/pulsed_op/V_e - jrc/pulsed_op/V_i" } },
      inputs: { "jrc/pulsed_op/u": 60 },
      features: { V: ["range"] },
      workers: 0,
    } as GridSearchOptions;
    const found = await gridSearch({ ...call, solver });
    expect(found.resultsMap.get(0)?.status).toBe("ok");
    expect(Math.abs(Number(found.resultsMap.get(0)?.V_range) - 0.0270463)).toBeLessThan(2e-6);
    if (solver !== "dop853") return;
    const tight = await gridSearch({ ...call, solver: { name: solver, rtol: 1e-11, atol: 1e-15 } });
    expect(tight.resultsMap.get(0)?.status).toBe("ok");
    expect(Math.abs(Number(tight.resultsMap.get(0)?.V_range) - 0.0270463)).toBeLessThan(1e-7);
  });

  test("a network whose nodes cross thresholds and have pulses of their own agrees with the finest steps of Euler's method", async () => {
    const grid = { P: [3, 1.1], t0: [0.3, 2] };
    const call = {
      ...{ circuitTemplate: net, paramGrid: grid },
      paramMap: { P: { vars: ["fire_op/P"], nodes: ["a", "c"] }, t0: { vars: ["fire_op/t0"], nodes: ["b"] } },
      ...{ simulationTime: 12, stepSize: 1e-4, samplingStepSize: 0.5, workers: 0 },
      outputs: { v: "all/fire_op/v", d: "d/rest_op/v" },
    };
    const [coarse, fine] = await Promise.all([gridSearch({ ...call, solver: "euler" }), gridSearch({ ...call, solver })]);
    expect(Array.from(fine.resultsMap.getChild("status") ?? [])).toEqual(["ok", "ok"]);
    for (const key of ["net_0", "net_1"]) {
      for (const output of ["v/a", "v/b", "v/c", "d"]) {
        const reference = trace(coarse.results, key, output);
        trace(fine.results, key, output).forEach((value, k) => {
          expect(Math.abs(value - reference[k]), `${key} ${output} ${k}`).toBeLessThan(2e-3);
        });
      }
    }
  });

  test("jumps that feed stages of a delay; jumps of curved functions of the time", async () => {
    for (const [circuitTemplate, output] of [
      [chain, "d/rest_op/v"],
      [table, "p/table_op/v"],
    ] as const) {
      const call = { circuitTemplate, simulationTime: 10, stepSize: 1e-4, samplingStepSize: 0.5, outputs: { v: output } };
      const [coarse, fine] = await Promise.all([simulate({ ...call, solver: "euler" }), simulate({ ...call, solver })]);
      const reference = Float64Array.from(coarse.getChild("v") ?? []);
      Float64Array.from(fine.getChild("v") ?? []).forEach((value, k) => {
        expect(Math.abs(value - reference[k]), `${output} ${k}`).toBeLessThan(2e-3);
      });
    }
  });
});
