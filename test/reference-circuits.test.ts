// Every bundled circuit, run by Euler, against PyRates.
import { describe, expect, test } from "vitest";
import { type GridSearchOptions, gridSearch, trace } from "../src/index.ts";
import { compiled } from "./bundled.ts";
import { BOUND, deviation, reference, type SignalSpec, signals, times } from "./reference.ts";

type Column = number[] | { re: number[]; im: number[] };

interface Case {
  meta: {
    template: string;
    outputs: Record<string, string>;
    simulation_time: number;
    step_size: number;
    sampling_step_size: number;
    inputs: Record<string, SignalSpec> | null;
    params: Record<string, number> | null;
  };
  runs: Record<string, { index: number[]; columns: string[]; data: Column[] }>;
}

/** Vectorised PyRates reads delay buffers one evaluation late in these; run without vectorising, it agrees. */
const departures = new Set(["jrc_2delaycoupled/euler_vec", "tb_net14/euler_vec"]);

/** A sweep of one point: the first state's own initial value, and the case's parameters. */
function onePoint({ template, params }: Case["meta"]): Pick<GridSearchOptions, "circuitTemplate" | "paramGrid" | "paramMap"> {
  const { path, value } = compiled(template).states[0];
  const values = Object.entries({ [path]: value, ...params });
  const target = (full: string) => {
    const parts = full.split("/");
    return { vars: [parts.slice(-2).join("/")], nodes: [parts.slice(0, -2).join("/")] };
  };
  return {
    circuitTemplate: template,
    paramGrid: Object.fromEntries(values.map(([name, each]) => [name, [each]])),
    paramMap: Object.fromEntries(values.map(([name]) => [name, target(name)])),
  };
}

async function run({ meta }: Case) {
  return gridSearch({
    ...onePoint(meta),
    simulationTime: meta.simulation_time,
    stepSize: meta.step_size,
    samplingStepSize: meta.sampling_step_size,
    inputs: signals(meta.inputs, meta.simulation_time, meta.step_size),
    outputs: meta.outputs,
  });
}

const cases: [string, Case][] = Object.entries(reference("circuits").cases);

describe("bundled circuits agree with PyRates' Euler runs to 1e-10 of each column's range", () => {
  test.each(cases)("%s", async (name, each) => {
    const { results, resultsMap } = await run(each);
    const key = String(resultsMap.get(0)?.key);
    const euler = Object.entries(each.runs).filter(([method]) => method.startsWith("euler") && !departures.has(`${name}/${method}`));
    expect(euler.length).toBeGreaterThan(0);
    for (const [, { index, columns, data }] of euler) {
      expect(Array.from(times(results))).toEqual(index);
      columns.forEach((output, i) => {
        const column = data[i];
        if (Array.isArray(column)) expect(deviation(trace(results, key, output), column)).toBeLessThan(BOUND);
        else {
          expect(deviation(trace(results, key, `${output}.re`), column.re)).toBeLessThan(BOUND);
          expect(deviation(trace(results, key, `${output}.im`), column.im)).toBeLessThan(BOUND);
        }
      });
    }
  });
});
