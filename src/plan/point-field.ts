import type { Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import { attempt, type ModelSource } from "../model/build.ts";
import type { FieldModule } from "../model/compile/field.ts";
import { MOST_STATES } from "../model/compile/gradient.ts";
import { meanOf } from "../sweep/input.ts";
import type { Assignment, InputSource, PointField, RecordedVariable, StateBounds } from "../sweep/job.ts";
import type { FeatureUse } from "./features.ts";

/** What a point's field is made of, and where the rows of its states are in the job's model. */
interface FieldParts {
  source: ModelSource;
  assignments: readonly Assignment[];
  inputSources: readonly InputSource[];
  bounds: readonly StateBounds[];
  move: (variable: RecordedVariable) => number;
}

/** The equations of each point as an autonomous vector field, by which features tell of equilibria. Tells why there is none. */
export function resolvePointField(problems: Problems, use: FeatureUse, parts: FieldParts): PointField | undefined {
  const { source, assignments, inputSources, bounds, move } = parts;
  const { layout } = source;
  const before = problems.list.length;
  const add = (code: string, why: string) => problems.add(code, ["features", use.output], `${use.feature} ${why}; leave it out`);
  const name = sanitize(layout.name);
  if (!source.field) add("E_FIELD", `needs derivatives of the right-hand side, and ${name} is a module without equations`);
  if (layout.states.length > MOST_STATES)
    add("E_JACOBIAN", `is of models of at most ${MOST_STATES} states, and ${name} has ${layout.states.length}`);
  if (bounds.length > 0) add("E_FIELD", "is of equations alone, and bounds move states beside these");
  const values = Float64Array.from([...layout.params, ...layout.inputs], ({ value }) => value);
  const inputs = layout.params.length;
  for (const input of inputSources) {
    const value = constantOf(input);
    if (value === undefined) {
      add(
        "E_AUTONOMOUS",
        `is of equations with constant inputs, and the signal of ${sanitize(layout.inputs[input.row].path)} changes in time`,
      );
    } else values[inputs + input.row] = value;
  }
  if (problems.list.length > before || !source.field) return undefined;
  const compile = source.field;
  const field = attempt(problems, () => compile({ free: [], expressions: [], observed: [] }));
  if (!field || !isSmooth(field, add)) return undefined;
  const keys = assignments.flatMap(({ kind, row, key, isImaginary }) => {
    if (kind === "state") return [];
    const at = kind === "input" ? inputs + row : row;
    // An imaginary part is 0 at every point.
    if (isImaginary) values[at] = 0;
    return isImaginary ? [] : [{ row: at, key }];
  });
  return { field, values, keys, states: layout.states.map((_, row) => move({ kind: "state", row })) };
}

/** What an input is at all times; of noise, its mean. Undefined where it changes. */
function constantOf(source: InputSource): number | undefined {
  if (source.kind === "constant") return source.value;
  if (source.kind === "noise") return meanOf(source.noise);
  const all = source.kind === "shared" ? source.samples : source.data;
  return all.length > 0 && all.every((sample) => sample === all[0]) ? all[0] : undefined;
}

/** Whether equations depend on the present state alone, and have derivatives everywhere; tells why not. */
function isSmooth({ obstacles, corners }: FieldModule, add: (code: string, why: string) => void): boolean {
  for (const { path } of obstacles)
    add("E_AUTONOMOUS", `is of equations that do not depend on the time, and that of ${sanitize(path)} does`);
  for (const { operation, path } of corners) {
    add("E_NOT_SMOOTH", `is of equations with derivatives everywhere, and that of ${sanitize(path)} has ${operation}`);
  }
  return obstacles.length + corners.length === 0;
}
