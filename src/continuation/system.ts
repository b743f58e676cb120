import { isRecord, kindOf, Problems } from "../check.ts";
import { listed, sanitize } from "../errors.ts";
import { attempt, type ModelSource, resolveTemplate } from "../model/build.ts";
import type { FieldModule } from "../model/compile/field.ts";
import type { ModelLayout } from "../model/model.ts";
import type { OpenFile } from "../model/template/read.ts";
import type { SystemOptions } from "../options/continuation.ts";
import { namedOutputs } from "../options/names.ts";
import { DEFAULTS } from "../options/table.ts";
import { resolveParams } from "../plan/mapping.ts";
import { type OutputColumn, resolveOutputs } from "../plan/outputs.ts";
import { type Target, targetsOf } from "../plan/paths.ts";
import { outputName } from "../sweep/columns.ts";
import type { Assignment } from "../sweep/job.ts";
import { type ConstantInputs, resolveConstantInputs } from "./constant-inputs.ts";
import { NamedParameters, type ParameterName } from "./named-parameters.ts";
import { CompiledField } from "./vector-field.ts";

/** A model as a vector field, and all that tables say of it. */
export interface System {
  name: string;
  timeUnit: string;
  field: CompiledField;
  module: FieldModule;
  /** Initial values of the states. */
  initial: Float64Array;
  /** Values of parameters and then of inputs, in the order of the model. */
  values: Float64Array;
  /** Value of each free parameter before it is varied. */
  freeValues: Float64Array;
  /** Units of states, free parameters and outputs. */
  units: { states: readonly string[]; parameters: readonly string[]; outputs: readonly string[] };
  outputs: readonly OutputColumn[];
  /** Rows of `values` that each key of a grid sets, in the order of the keys. */
  keyRows: readonly (readonly number[])[];
  keyUnits: readonly string[];
  /** Paths of noise that is left out. */
  ignored: readonly string[];
}

/** States of which dense matrices are made. */
export const MOST_STATES = 64;

/** Finds and compiles the vector field of a model. What is wrong is added to `problems`, and undefined returned. */
export function resolveSystem(problems: Problems, options: SystemOptions, asked: Asked): System | undefined {
  const before = problems.list.length;
  const { free, keys = [] } = asked;
  const template = resolveTemplate(problems, options.circuitTemplate, asked.openFile);
  const source = template && withNamedDelays(problems, template, { options, free, keys });
  if (!source) return undefined;
  checkModel(problems, source);
  const { layout } = source;
  const targets = targetsOf(source);
  const given = givenValues(problems, options, { targets, layout, free, keys });
  const outputs =
    options.outputs === undefined
      ? []
      : resolveOutputs(problems, namedOutputs(options.outputs), { targets, source, taken: [...free.map(({ name }) => name), ...keys] });
  const rows = free.map(({ name, at }) => given.named.givenRows(name, at));
  if (problems.list.length > before || !source.field) return undefined;
  const module = attempt(problems, () => source.field?.({ free: rows, ...observed(outputs) }));
  if (!module) return undefined;
  checkAutonomous(problems, layout.name, module);
  if (asked.isOfCycles) checkPast(problems, layout.name, module);
  checkIdle(problems, free, { name: layout.name, module });
  if (problems.list.length > before) return undefined;
  const parameters = free.map(({ name }) => name);
  const field = new CompiledField(module, { parameters, outputs: outputs.map(outputName), free: rows });
  const { initial, values, rowOf } = given;
  field.load(values);
  return {
    ...{ name: layout.name, timeUnit: layout.timeUnit, field, module, initial, values, outputs, ignored: given.ignored },
    freeValues: Float64Array.from(rows, ([first]) => values[rowOf(first)]),
    units: {
      states: layout.states.map(({ unit }) => unit),
      parameters: given.named.units(parameters, layout),
      outputs: outputs.map(({ unit }) => unit),
    },
    keyRows: keys.map((key) => given.named.of(key).map(rowOf)),
    keyUnits: given.named.units(keys, layout),
  };
}

/** The model with delays of edges as parameters where names drive them. */
function withNamedDelays(
  problems: Problems,
  source: ModelSource,
  { options: { params = {}, paramMap = {} }, free, keys }: { options: SystemOptions } & Required<Pick<Asked, "free" | "keys">>,
): ModelSource | undefined {
  const names = [...free.map(({ name }) => name), ...keys, ...Object.keys(params)].filter((name) => Object.hasOwn(paramMap, name));
  const isOfEdges = (entry: unknown) => isRecord(entry) && Object.hasOwn(entry, "edges");
  if (!names.some((name) => isOfEdges(paramMap[name]))) return source;
  // What is wrong with names is told when they are resolved in the model that is made.
  const { delays } = new NamedParameters(
    new Problems(),
    { targets: targetsOf(source), paramMap, params: source.layout.params },
    names.map((name) => ({ name, at: ["paramMap", name] })),
  );
  if (delays.length === 0 || !source.withDelays) return source;
  for (const { edge, what, at } of delays) {
    const spread = source.edgeDelays.get(edge)?.spread ?? 0;
    if (what === "delay" && spread === 0) continue;
    const message = `the delay of edge ${sanitize(edge)} has a spread, of which the number of equations depends; it cannot be varied continuously: vary a delay without spread, or another parameter`;
    problems.add("E_FIELD_DELAY", at, message);
  }
  if (problems.any) return undefined;
  const make = source.withDelays;
  return attempt(problems, () => make(new Map(delays.map(({ edge }) => [edge, { kind: "steps" }]))));
}

/** What a vector field is asked for: free parameters, and keys of a grid. */
interface Asked {
  free: readonly ParameterName[];
  keys?: readonly string[];
  /** Whether cycles are looked for. */
  isOfCycles?: boolean;
  openFile: OpenFile;
}

/** What is to be observed, as the compiler takes it. */
function observed(columns: readonly OutputColumn[]) {
  return {
    expressions: columns.flatMap(({ expression }) => (expression ? [expression] : [])),
    observed: columns.map(({ kind, row, expression, output, key }) =>
      expression ? { path: expression.path + output.slice(key.length) } : { kind, row },
    ),
  };
}

interface Lookup extends Required<Pick<Asked, "free" | "keys">> {
  targets: readonly Target[];
  layout: ModelLayout;
}

/** Values of parameters, inputs and states as the template and the call give them, and what names drive. */
function givenValues(problems: Problems, options: SystemOptions, { targets, layout, free, keys }: Lookup) {
  const { params = {}, paramMap = {} } = options;
  const mapped = Object.keys(params).filter((name) => Object.hasOwn(paramMap, name));
  const named = new NamedParameters(problems, { targets, paramMap, params: layout.params }, [
    ...free,
    ...keys.map((name) => ({ name, at: ["paramGrid", name] })),
    ...mapped.map((name) => ({ name, at: ["params", name] })),
  ]);
  const direct = Object.fromEntries(Object.entries(params).filter(([name]) => !mapped.includes(name)));
  const byPath = resolveParams(problems, direct, targets);
  const inputs: ConstantInputs = resolveConstantInputs(problems, options.inputs ?? DEFAULTS.sweep.inputs, targets);
  const initial = Float64Array.from(layout.states, ({ value }) => value);
  const values = Float64Array.from([...layout.params, ...layout.inputs], ({ value }) => value);
  const rowOf = ({ kind, row }: { kind: string; row: number }) => (kind === "input" ? layout.params.length + row : row);
  const set = (assignment: Assignment, value: number) => {
    const to = assignment.kind === "state" ? initial : values;
    to[rowOf(assignment)] = assignment.isImaginary ? 0 : value;
  };
  for (const { row, value } of inputs.values) values[layout.params.length + row] = value;
  for (const assignment of byPath.assignments) set(assignment, byPath.values[assignment.key][0]);
  for (const name of mapped) {
    if (!Number.isFinite(params[name])) {
      const message = `${sanitize(name)} must be a finite number, but ${kindOf(params[name])} was found`;
      problems.add("E_PARAM_NOT_FINITE", ["params", name], message);
    }
    for (const assignment of named.of(name)) set(assignment, params[name]);
  }
  return { named, initial, values, rowOf, ignored: [...inputs.ignored, ...Object.keys(options.noise ?? DEFAULTS.sweep.noise)] };
}

function checkModel(problems: Problems, { field, layout }: ModelSource): void {
  const name = sanitize(layout.name);
  if (!field) {
    const message = `${name} was given as a module, which has no equations to take derivatives of; give its template`;
    problems.add("E_FIELD", ["circuitTemplate"], message);
  }
  if (layout.states.length > MOST_STATES) {
    const message = `${name} has ${layout.states.length} states, and equilibria and cycles are found of at most ${MOST_STATES}; take a smaller network`;
    problems.add("E_JACOBIAN", ["circuitTemplate"], message);
  }
}

/** Refuses what looks at the time. */
function checkAutonomous(problems: Problems, model: string, { obstacles }: FieldModule): void {
  for (const { path } of obstacles) {
    const message = `the equation of ${sanitize(path)} in ${sanitize(model)} depends on the time t; equilibria and cycles are found of equations that depend on the state and constants alone`;
    problems.add("E_AUTONOMOUS", ["circuitTemplate"], message);
  }
}

/** Refuses what looks at the past, where cycles are asked for. */
function checkPast(problems: Problems, model: string, { past, layout }: FieldModule): void {
  if (!past) return;
  const read = [...new Set(past.slots.map(({ state }) => layout.states[state].path))];
  const message = `${sanitize(model)} has delays (of ${listed(read)}), and cycles are followed of equations without them; take Hopf points of continueEquilibrium and cycles of simulate or gridSearch, or give edges a spread, which makes equations of their delays`;
  problems.add("E_FIELD_DELAY", ["circuitTemplate"], message);
}

function checkIdle(problems: Problems, free: readonly ParameterName[], { name, module }: { name: string; module: FieldModule }): void {
  for (const j of module.idle) {
    const parameter = sanitize(free[j].name);
    const message = `no equation of ${sanitize(name)} changes with ${parameter}, so that nothing would be found by varying it; vary another parameter`;
    problems.add("E_IDLE_PARAMETER", free[j].at, message);
  }
}
