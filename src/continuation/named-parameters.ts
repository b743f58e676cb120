import { kindOf, type Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import type { GivenRow } from "../model/compile/field.ts";
import type { ModelLayout } from "../model/model.ts";
import { nearest } from "../nearest.ts";
import type { DelayUse } from "../plan/edges.ts";
import { keyUnits, resolveMapping, resolveParams } from "../plan/mapping.ts";
import type { Target } from "../plan/paths.ts";
import type { Assignment } from "../sweep/job.ts";

/** A name that drives parameters of the model, and where it stands in the options. */
export interface ParameterName {
  name: string;
  at: (string | number)[];
}

/** What names of parameters drive. */
export class NamedParameters {
  readonly #problems: Problems;
  readonly #assignments = new Map<string, readonly Assignment[]>();
  /** What names drive of delays that are no parameters of the model. */
  readonly delays: readonly DelayUse[];

  constructor(
    problems: Problems,
    {
      targets,
      paramMap,
      params,
    }: { targets: readonly Target[]; paramMap: Readonly<Record<string, unknown>>; params: ModelLayout["params"] },
    names: readonly ParameterName[],
  ) {
    this.#problems = problems;
    const mapped = [...new Set(names.map(({ name }) => name))].filter((name) => Object.hasOwn(paramMap, name));
    const found = resolveMapping(problems, paramMap, mapped, { params, targets, noise: [], pulses: [] });
    for (const [i, name] of mapped.entries()) {
      this.#assignments.set(
        name,
        found.assignments.filter(({ key }) => key === i),
      );
    }
    this.delays = found.delays;
    for (const { name, at } of names) {
      if (this.#assignments.has(name)) continue;
      if (typeof name !== "string" || !name.includes("/")) {
        const message = `${at.join(".")} is the name of an entry of paramMap, or the path of a parameter, node/operator/variable, but ${kindOf(name)} was found`;
        const suggestion = typeof name === "string" ? nearest(name, Object.keys(paramMap)) : undefined;
        const hint = suggestion === undefined ? "" : `; did you mean ${sanitize(suggestion)}?`;
        problems.add("E_MAP_MISSING", at, message + hint, suggestion);
        continue;
      }
      this.#assignments.set(name, resolveParams(problems, { [name]: 0 }, targets, at).assignments);
    }
  }

  of(name: string): readonly Assignment[] {
    return this.#assignments.get(name) ?? [];
  }

  /** The rows of p that a free parameter sets: an initial value moves no equilibrium. */
  givenRows(name: string, at: (string | number)[]): GivenRow[] {
    return this.of(name).flatMap(({ kind, row, path, isImaginary }) => {
      if (kind === "state")
        this.#problems.add(
          "E_IDLE_PARAMETER",
          at,
          `${sanitize(path)} is a state, whose initial value changes no equation; vary a parameter or an input`,
        );
      return kind === "state" || isImaginary ? [] : [{ kind, row }];
    });
  }

  units(names: readonly string[], layout: ModelLayout): string[] {
    const assignments = names.flatMap((name, key) => this.of(name).map((each) => ({ ...each, key })));
    return keyUnits(names, { assignments, delays: [], intensities: [], sizes: [] }, layout);
  }
}
