import type { Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import { distinctValues } from "../kernel/key-values.ts";
import type { InputSource, Job } from "../sweep/job.ts";

/** The largest number of float32, and the smallest above 0. */
const LARGEST = 3.4028234663852886e38;
const SMALLEST = 1.401298464324817e-45;

/** What of a number is lost in float32 altogether: a clause; undefined where it is rounded to a number of its kind. */
function lossOf(value: number): string | undefined {
  const rounded = Math.fround(value);
  if (Number.isFinite(value) && !Number.isFinite(rounded)) {
    return `is beyond ${LARGEST.toPrecision(3)}, the largest number of float32, and would be infinite`;
  }
  if (value !== 0 && rounded === 0) return `is below ${SMALLEST.toPrecision(2)}, the smallest number of float32 above 0, and would be 0`;
  return undefined;
}

/** A number that a call or its model has, as it is told: where, and what it is of. */
interface Told {
  path: readonly (string | number)[];
  what: string;
  value: number;
}

/**
 * Tells each parameter, initial value and input that float32 has no number for: what is computed from it would be of another model. Of
 * samples, small ones become 0 as others are rounded, unless all of them do.
 */
export function checkSingleRange(problems: Problems, job: Job, keys: readonly string[]): void {
  if (job.arithmetic.precision !== "float32") return;
  for (const { path, what, value } of [...ofModel(job), ...ofGrid(job, keys), ...ofInputs(job), ...ofStates(job)]) {
    const loss = lossOf(value);
    if (loss === undefined) continue;
    const message = `${sanitize(what)} is ${value}: it ${loss}; leave out precision, or give the model other units`;
    problems.add("E_PRECISION", [...path], message);
  }
}

/** Numbers of the model that nothing else of the call replaces. */
function ofModel({ model, assignments, inputSources, initialStates, initialValues = [] }: Job): Told[] {
  const replaced = new Set([
    ...assignments.map(({ kind, row }) => `${kind} ${row}`),
    ...inputSources.map(({ row }) => `input ${row}`),
    ...[...initialStates, ...initialValues].map(({ row }) => `state ${row}`),
  ]);
  const kinds = { param: model.params, input: model.inputs, state: model.states };
  return Object.entries(kinds).flatMap(([kind, variables]) =>
    variables.flatMap(({ path, value }, row) => (replaced.has(`${kind} ${row}`) ? [] : [{ path: ["precision"], what: path, value }])),
  );
}

/** Values of grid keys, or of the option params of one run, each once. */
function ofGrid({ assignments, values }: Job, keys: readonly string[]): Told[] {
  const driven = new Map(assignments.map(({ key, path }) => [key, path]));
  return [...driven].flatMap(([key, variable]) => {
    const name = keys[key];
    const path = name === undefined ? ["params", variable] : ["paramGrid", name];
    const what = name === undefined ? variable : `a value of the grid key ${name}`;
    let told: number | undefined;
    for (const some of values[key] === undefined ? [] : distinctValues(values[key])) told ??= firstLost(some);
    return told === undefined ? [] : [{ path, what, value: told }];
  });
}

function ofInputs({ inputSources, model }: Job): Told[] {
  return inputSources.flatMap((source) => {
    const { path } = model.inputs[source.row];
    return numbersOf(source).map((value) => ({ path: ["inputs", path], what: `a value of the input ${path}`, value }));
  });
}

/** Numbers of what drives an input that may be lost; of samples the first that would be infinite, or any where all would be 0. */
function numbersOf(source: InputSource): number[] {
  if (source.kind === "constant") return [source.value];
  if (source.kind === "noise") return Object.values(source.noise).flatMap((value) => (typeof value === "number" ? [value] : []));
  const samples = source.kind === "shared" ? source.samples : source.data;
  let most = 0;
  for (const value of samples) if (Math.abs(value) > Math.abs(most)) most = value;
  return [most];
}

/** What states start from and what is added to them, where the call says it. */
function ofStates({ initialStates, initialValues = [], pulses, model }: Job): Told[] {
  const told = (option: string, row: number, value: number | undefined): Told[] =>
    value === undefined
      ? []
      : [{ path: [option, model.states[row].path], what: `a value of ${option} of ${model.states[row].path}`, value }];
  return [
    ...initialStates.flatMap(({ row, values }) => told("initialState", row, firstLost(values))),
    ...initialValues.flatMap(({ row, value }) => told("history", row, value)),
    ...pulses.flatMap(({ row, by }) => (by.kind === "number" ? told("pulses", row, by.value) : [])),
  ];
}

/** The first of some numbers that is lost. */
function firstLost(values: Iterable<number>): number | undefined {
  for (const value of values) if (lossOf(value) !== undefined) return value;
  return undefined;
}
