import { kindOf, type Problems } from "../../check.ts";
import { listed, sanitize } from "../../errors.ts";
import type { NormalCycleCall } from "../../options/cycles.ts";
import type { System } from "../system.ts";
import { frequencyAt } from "./hopf-end.ts";
import type { CycleStart } from "./run.ts";

/** Where a call says that cycles begin; what is wrong with it is added to `problems`. */
export function startOf(problems: Problems, { from, parameter, range }: NormalCycleCall, system: System): CycleStart | undefined {
  return typeof from === "object"
    ? hopfOf(problems, from, { parameter, range }, system)
    : simulated(problems, { parameter, range }, system);
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

function hopfOf(problems: Problems, row: object, { parameter, range }: Place, { field }: System): CycleStart | undefined {
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
