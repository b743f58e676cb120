// Why a point failed: it diverged, a slope was not a number, steps became too short, or too many; by every kind of solver.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  type AdaptiveSolverName,
  acrossReplicates,
  type CircuitTemplate,
  type FixedSolverName,
  gridSearch,
  openSweep,
  plan,
  resumeSweep,
  type StoreFormat,
  simulate,
  templatesFromYaml,
  trace,
} from "../../src/index.ts";
import { refusal } from "../support/sweep.ts";

/** A circuit of one node with one operator. */
function circuit(equations: readonly string[], variables: string): CircuitTemplate {
  const { net } = templatesFromYaml(`
op: { base: OperatorTemplate, equations: [${equations.map((each) => `"${each}"`).join(", ")}], variables: { ${variables} } }
pop: { base: NodeTemplate, operators: [op] }
net: { base: CircuitTemplate, nodes: { p: pop } }`);
  return net;
}

const fixed: FixedSolverName[] = ["euler", "heun", "rk4", "rk5"];
const adaptive: AdaptiveSolverName[] = ["rk23", "rk45", "dop853", "rodas4"];
const all = [...fixed, ...adaptive];

const rate = circuit(
  ["V' = -0.01*(V + 54) - m", "m' = a*(1 - m) - m", "a = 0.1*(V + 40)/(1 - exp(-(V + 40)/10))"],
  "V: output(-40.0), m: variable(0.05), a: variable(0.0)",
);
const square = circuit(["x' = a*x^2"], "x: output(1.0), a: 1.0");
const exponential = circuit(["x' = exp(x)"], "x: output(1.0)");
const growth = circuit(["x' = 1000*x", "y' = -y"], "x: output(1.0), y: variable(1.0)");
const fall = circuit(["x' = -1/x"], "x: output(1.0)");
const root = circuit(["w' = 1", "x' = -1 - sqrt(x)"], "w: variable(0.0), x: output(1.0)");

/** What the metadata of one run say. */
async function failure(circuitTemplate: CircuitTemplate, solver: (typeof all)[number] | object, state = "x") {
  const table = await simulate({
    circuitTemplate,
    simulationTime: 2,
    stepSize: 1e-3,
    outputs: { x: `p/op/${state}` },
    solver,
  } as Parameters<typeof simulate>[0]);
  const { metadata } = table.schema;
  return { status: metadata.get("status"), at: Number(metadata.get("failedAt") ?? Number.NaN), variable: metadata.get("failedVariable") };
}

describe("status: why a run failed", () => {
  test.each(all)("%s: a slope of 0/0 at the start is not a number, at 0, and which one it is", async (solver) => {
    expect(await failure(rate, solver, "V")).toEqual({ status: "not_a_number", at: 0, variable: "p/op/m" });
  });

  test.each(all)("%s: what has a pole, or grows until it overflows, has diverged", async (solver) => {
    for (const [template, pole] of [
      [square, 1],
      [exponential, Math.exp(-1)],
    ] as const) {
      const { status, at, variable } = await failure(template, solver);
      expect([status, variable]).toEqual(["diverged", undefined]);
      expect(Math.abs(at - pole)).toBeLessThan(0.03);
    }
    expect((await failure(growth, solver)).status).toBe("diverged");
  });

  test.each(all)("%s: an equation that ends where it is not defined is not a number there", async (solver) => {
    const { status, at, variable } = await failure(root, solver);
    expect([status, variable]).toEqual(["not_a_number", "p/op/x"]);
    // x' = -1 - sqrt(x) from 1 comes to 0 at 2 - 2 ln 2.
    expect(Math.abs(at - (2 - 2 * Math.LN2))).toBeLessThan(2e-3);
  });

  test.each(adaptive)("%s: a fall into a singularity needs steps too short for doubles, and nothing grows", async (solver) => {
    const { status, at, variable } = await failure(fall, solver);
    expect([status, variable]).toEqual(["step_underflow", undefined]);
    expect(Math.abs(at - 0.5)).toBeLessThan(1e-5);
  });

  test.each(adaptive)("%s: steps are limited", async (name) => {
    expect((await failure(growth, { name, maxSteps: 20 })).status).toBe("step_limit");
  });
});

const swept = {
  circuitTemplate: circuit(["x' = c*x^2 + log(d)*0"], "x: output(1.0), c: 1.0, d: 1.0"),
  paramGrid: { c: [-1, 1, 0.1, 0.2], d: [1, 1, -1, 2] },
  paramMap: { c: { vars: ["op/c"], nodes: ["p"] }, d: { vars: ["op/d"], nodes: ["p"] } },
  ...{ simulationTime: 2, stepSize: 0.01, outputs: { x: "p/op/x" }, features: { x: ["mean" as const, "regime" as const] } },
};
const told = { status: ["ok", "diverged", "not_a_number", "ok"], failedVariable: [null, null, "p/op/x", null] };

describe("status: in maps", () => {
  const columnOf = (table: { getChild: (name: string) => Iterable<unknown> | null }, name: string) =>
    Array.from(table.getChild(name) ?? []);

  test.each(["rk4", "rk45", "rodas4"] as const)("%s: each point has its own, in this thread and in workers", async (solver) => {
    for (const workers of [0, 2]) {
      const { results, resultsMap } = await gridSearch({ ...swept, solver, workers });
      expect(columnOf(resultsMap, "status")).toEqual(told.status);
      expect(columnOf(resultsMap, "failedVariable")).toEqual(told.failedVariable);
      for (const name of ["x_regime", "x_mean"]) expect(columnOf(resultsMap, name).slice(1, 3)).toEqual([null, null]);
      expect(resultsMap.get(2)?.failedAt).toBe(0);
      expect(trace(results, "net_3", "x").every(Number.isFinite)).toBe(true);
    }
  });

  test("a map without such a point has no column for it; a map with one is a grid again", async () => {
    const well = await gridSearch({ ...swept, paramGrid: { c: [-1], d: [1] }, solver: "rk4" });
    expect(well.resultsMap.schema.fields.map(({ name }) => name)).not.toContain("failedVariable");
    const { resultsMap } = await gridSearch({ ...swept, solver: "rk4" });
    const again = await gridSearch({ ...swept, paramGrid: resultsMap, solver: "rk4" });
    expect(columnOf(again.resultsMap, "status")).toEqual(told.status);
  });

  test.each(["arrow", "parquet"] as StoreFormat[])(
    "stores of %s keep it, also in shards of which some have no such point",
    async (format) => {
      const directory = mkdtempSync(join(tmpdir(), "massgrid-status-"));
      try {
        const store = { directory: join(directory, "sweep"), format, shardPoints: 2 };
        const { store: stored } = await gridSearch({ ...swept, solver: "rk45", store } as Parameters<typeof gridSearch>[0] & {
          store: typeof store;
        });
        for (const { map } of [
          stored,
          await openSweep(store.directory),
          await resumeSweep(store.directory, { circuitTemplate: swept.circuitTemplate }),
        ]) {
          expect(columnOf(map, "status")).toEqual(told.status);
          expect(columnOf(map, "failedVariable")).toEqual(told.failedVariable);
        }
      } finally {
        rmSync(directory, { recursive: true });
      }
    },
  );

  test("replicates that failed do not count", async () => {
    const { resultsMap } = await gridSearch({ ...swept, solver: "rk4", replicates: 2 });
    expect(Array.from(acrossReplicates(resultsMap).getChild("n") ?? [], Number)).toEqual([2, 0, 0, 2]);
  });
});

describe("status: told before anything runs", () => {
  const jansenRit = { circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2", outputs: { V: "jrc/jrc_op/V_e" } };
  const grid = { paramGrid: { C: [135] }, paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } } };

  test("milliseconds that are given for seconds: a step of many time constants", async () => {
    const { warnings } = await plan({ ...jansenRit, ...grid, simulationTime: 1000, stepSize: 0.1 });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /^stepSize 100 ms is 20 times the shortest time constant of JRC2_0 where it begins, 5 ms of jrc\/jrc_op\/\w+/,
    );
    for (const times of [{ stepSize: 1e-3 }, { stepSize: 0.1, solver: "rk45" as const }]) {
      expect((await plan({ ...jansenRit, ...grid, simulationTime: 10, ...times })).warnings).toEqual([]);
    }
  });

  test("the point whose time constant is shortest, of a sweep of it", async () => {
    const decay = circuit(["x' = -x/tau"], "x: output(1.0), tau: 1.0");
    const call = { circuitTemplate: decay, paramMap: { tau: { vars: ["op/tau"], nodes: ["p"] } }, outputs: { x: "p/op/x" } };
    const { warnings } = await plan({ ...call, paramGrid: { tau: [1, 0.01, 2] }, simulationTime: 10, stepSize: 0.1 });
    expect(warnings.join()).toMatch(/is 10 times the shortest time constant of net_1 .*, 0.01 of p\/op\/x/);
  });

  test("atol 0 where a state begins at 0, by its default or by the grid", async () => {
    const call = (start: number) => ({
      ...{ circuitTemplate: growth, paramGrid: { y: [1, start] }, paramMap: { y: { vars: ["op/y"], nodes: ["p"] } } },
      ...{ simulationTime: 0.01, stepSize: 1e-3, outputs: { x: "p/op/x" }, solver: { name: "rk45" as const, atol: 0 } },
    });
    expect((await refusal(() => gridSearch(call(0)))).message).toMatch(
      /E_TOLERANCE: solver\.atol 0 .* p\/op\/y begins at 0; use an atol above 0/,
    );
    expect(Array.from((await gridSearch(call(2))).resultsMap.getChild("status") ?? [])).toEqual(["ok", "ok"]);
  });
});
