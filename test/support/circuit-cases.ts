// The circuits of test/reference/circuits.json: what ran, and the same run here.
import { type GridSearchOptions, gridSearch } from "../../src/index.ts";
import { reference, type SignalSpec, signals } from "./reference.ts";

export type Column = number[] | { re: number[]; im: number[] };

export interface CircuitCase {
  meta: {
    template: string;
    outputs: Record<string, string>;
    simulation_time: number;
    step_size: number;
    sampling_step_size: number;
    inputs: Record<string, SignalSpec> | null;
    params: Record<string, number> | null;
  };
  runs: Record<string, { meta: { nfev?: number; first_step?: number }; index: number[]; columns: string[]; data: Column[] }>;
}

/** The first output, which is a state in all cases, and its initial value. */
function firstState({ meta, runs }: CircuitCase): Record<string, number> {
  const [[name, path]] = Object.entries(meta.outputs);
  const { columns, data } = Object.values(runs)[0];
  const column = data[columns.indexOf(name)];
  return Array.isArray(column) ? { [path]: column[0] } : { [`${path}.re`]: column.re[0] };
}

/** A sweep of one point: the first state's own initial value, and the case's parameters. */
function onePoint(each: CircuitCase): Pick<GridSearchOptions, "circuitTemplate" | "paramGrid" | "paramMap"> {
  const { template, params } = each.meta;
  const values = Object.entries({ ...firstState(each), ...params });
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

/** Runs a case, by Euler if not told otherwise. */
export async function run(each: CircuitCase, solver: GridSearchOptions["solver"] = "euler") {
  const { meta } = each;
  return gridSearch({
    solver,
    ...onePoint(each),
    simulationTime: meta.simulation_time,
    stepSize: meta.step_size,
    samplingStepSize: meta.sampling_step_size,
    inputs: signals(meta.inputs, meta.simulation_time, meta.step_size),
    outputs: meta.outputs,
  });
}

export const circuitCases: [string, CircuitCase][] = Object.entries(reference("circuits").cases);
