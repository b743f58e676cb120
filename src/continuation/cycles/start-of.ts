import { kindOf, type Problems } from "../../check.ts";
import { listed, sanitize } from "../../errors.ts";
import type { NormalCycleCall } from "../../options/cycles.ts";
import { isTable, type TableLike } from "../../sweep/points.ts";
import type { System } from "../system.ts";
import { frequencyAt } from "./hopf-end.ts";
import type { CycleStart, HopfStart } from "./run.ts";

/** Where a call says that cycles begin, one place or several Hopf points; what is wrong with it is added to `problems`. */
export function startOf(
  problems: Problems,
  { from, parameter, range }: NormalCycleCall,
  system: System,
): CycleStart | HopfStart[] | undefined {
  const place = { parameter, range };
  if (typeof from !== "object") return simulated(problems, place, system);
  return isTable(from) ? hopfsOf(problems, from, place, system) : hopfOf(problems, from, place, system);
}

/** The Hopf points of a table of continueEquilibrium that lie in the range. */
function hopfsOf(problems: Problems, table: TableLike, place: Place, system: System): HopfStart[] {
  const valuesOf = (name: string): unknown[] => Array.from(table.getChild(name) ?? []);
  const [labels, branches, indices] = ["label", "branch", "index"].map(valuesOf);
  const columns = [place.parameter, ...system.field.states].map((name) => [name, valuesOf(name)] as const);
  const [[, at]] = columns;
  const [low, high] = place.range;
  const isOutside = (row: number) => Number(at[row]) < low || Number(at[row]) > high;
  const rows = Array.from(labels.keys()).filter((row) => labels[row] === "HB" && !isOutside(row));
  if (rows.length === 0) {
    const message = `the table to begin from has no row from ${low} to ${high} whose label is HB; take one of continueEquilibrium with a Hopf point`;
    problems.add("E_CYCLE_START", ["from"], message);
  }
  return rows.flatMap((row) => {
    const start = hopfOf(problems, Object.fromEntries(columns.map(([name, values]) => [name, values[row]])), place, system);
    return start ? [{ ...start, row: { branch: Number(branches[row]), index: Number(indices[row]) } }] : [];
  });
}

type Place = Pick<NormalCycleCall, "parameter" | "range">;

function simulated(problems: Problems, { parameter, range }: Place, { freeValues, initial }: System): CycleStart {
  const [value] = freeValues;
  if (!(value >= range[0] && value <= range[1])) {
    const message = `the model's own value of ${sanitize(parameter)}, ${value}, lies outside the range, [${range.join(", ")}]; set it in params, or widen the range`;
    problems.add("E_RANGE", ["range"], message);
  }
  const directions = [1, -1].filter((sign) => (sign > 0 ? value < range[1] : value > range[0]));
  return { kind: "simulation", state: initial.slice(), parameter: value, directions };
}

function hopfOf(problems: Problems, row: object, { parameter, range }: Place, { field }: System): HopfStart | undefined {
  const numberAt = (name: string) => {
    const value: unknown = Reflect.get(row, name);
    return typeof value === "number" && Number.isFinite(value) ? value : undefined;
  };
  const missing = [parameter, ...field.states].filter((name) => numberAt(name) === undefined);
  if (missing.length > 0) {
    const found = missing.length === 1 ? `, but ${kindOf(Reflect.get(row, missing[0]))} was found` : "";
    const message = `a row to begin from has the value of the parameter and of every state as a finite number: it lacks ${listed(missing)}${found}; take a row of continueEquilibrium's table whose label is HB`;
    problems.add("E_CYCLE_START", ["from"], message);
    return undefined;
  }
  const state = Float64Array.from(field.states, (name) => numberAt(name) ?? 0);
  const value = numberAt(parameter) ?? 0;
  if (value < range[0] || value > range[1]) {
    const message = `the row to begin from has ${sanitize(parameter)} ${value}, which lies outside the range, [${range.join(", ")}]; widen the range`;
    problems.add("E_RANGE", ["from"], message);
    return undefined;
  }
  const frequency = frequencyAt(field, state, value);
  if (frequency === undefined) {
    const message = `nothing oscillates near the row to begin from: there is no equilibrium with complex eigenvalues; take a row whose label is HB`;
    problems.add("E_CYCLE_START", ["from"], message);
    return undefined;
  }
  return { kind: "hopf", hopf: { state, parameter: value, frequency } };
}
