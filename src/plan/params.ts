import { kindOf, type Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import type { Assignment } from "../sweep/job.ts";
import { resolvePath, type Target } from "./paths.ts";

/** Values that one run gives to variables, each with what it is assigned to. */
export interface Params {
  assignments: Assignment[];
  /** One value for each path. */
  values: Float64Array[];
}

/** Finds what `params` sets: parameters, initial values and inputs' defaults, by path; `all` stands for every node of a level. */
export function resolveParams(problems: Problems, params: Readonly<Record<string, unknown>>, targets: readonly Target[]): Params {
  const found: Params = { assignments: [], values: [] };
  const owner = new Map<string, string>();
  for (const [path, value] of Object.entries(params)) {
    const at = ["params", path];
    if (typeof value !== "number" || !Number.isFinite(value)) {
      problems.add("E_PARAM_NOT_FINITE", at, `${sanitize(path)} must be a finite number, but ${kindOf(value)} was found`);
      continue;
    }
    const key = found.values.push(Float64Array.of(value)) - 1;
    for (const { kind, row, variable } of resolvePath(problems, targets, path, {
      code: "E_UNKNOWN_VARIABLE",
      path: at,
      says: `params ${sanitize(path)}`,
    })) {
      const other = owner.get(variable.path);
      owner.set(variable.path, path);
      if (kind === "output") problems.add("E_NOT_SWEEPABLE", at, `${variable.path} is computed by an equation, so params cannot set it`);
      else if (other !== undefined)
        problems.add("E_PARAM_CONFLICT", at, `${sanitize(other)} and ${sanitize(path)} both set ${variable.path}; keep one`);
      else found.assignments.push({ kind, row, key, path: variable.path });
    }
  }
  return found;
}
