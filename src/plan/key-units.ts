import type { ModelLayout } from "../model/model.ts";
import type { Assignment } from "../sweep/job.ts";
import type { Driven } from "./edges.ts";

/** Unit of what each grid key drives; "" where that has no unit, or several. */
export function keyUnits(keys: readonly string[], { assignments, delays }: Driven, model: ModelLayout): string[] {
  const rows = { param: model.params, state: model.states, input: model.inputs };
  const unitOf = ({ kind, row }: Assignment) => rows[kind][row].unit;
  return keys.map((_, key) => {
    const units = new Set(assignments.filter((each) => each.key === key).map(unitOf));
    if (delays.some((each) => each.key === key)) units.add(model.timeUnit);
    const [unit = "", ...others] = units;
    return others.length > 0 ? "" : unit;
  });
}
