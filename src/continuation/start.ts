import type { Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import { checkFinite, type NormalContinuation } from "../options/continuation.ts";
import type { System } from "./system.ts";
import { delayFault } from "./vector-field.ts";

/** Where a branch begins. */
export interface Start {
  /** States and parameters. */
  z: Float64Array;
  /** Whether states are the caller's. */
  isGiven: boolean;
}

/** Reads `from`: values of free parameters by name, and states by path. Refuses a start outside the range. */
export function resolveStart(
  problems: Problems,
  { field, initial, freeValues }: System,
  { from, range }: Pick<NormalContinuation, "from" | "range">,
): Start {
  const n = field.states.length;
  const z = Float64Array.from([...initial, ...freeValues]);
  const known = [...field.parameters, ...field.states];
  let isGiven = false;
  for (const [name, value] of Object.entries(from)) {
    const at = ["from", name];
    const parameter = field.parameters.indexOf(name);
    const state = field.states.indexOf(name);
    if (parameter < 0 && state < 0) {
      problems.unknown("E_UNKNOWN_VARIABLE", at, {
        what: `name ${sanitize(name)} in from, which has the parameter and states`,
        found: name,
        known,
      });
      continue;
    }
    if (!checkFinite(problems, at, value)) continue;
    z[parameter >= 0 ? n + parameter : state] = value;
    if (parameter < 0) isGiven = true;
  }
  const [low, high] = range;
  if (z[n] < low || z[n] > high) {
    const name = sanitize(field.parameters[0]);
    const message = `the range ${low} to ${high} does not have the start, ${name} = ${z[n]}; widen it, or give from: { "${name}": ${low} }`;
    problems.add("E_RANGE", [n + 1 === z.length ? "range" : "ranges"], message);
  }
  for (const value of [low, high, z[n]]) {
    const there = z.slice();
    there[n] = value;
    const fault = delayFault(field, there);
    if (fault === undefined) continue;
    problems.add("E_DELAY", [n + 1 === z.length ? "range" : "ranges"], `${fault}; take a range in which all are`);
    break;
  }
  return { z, isGiven };
}
