import { kindOf, type Problems } from "../check.ts";
import { listed, sanitize } from "../errors.ts";
import { type Clock, inputGrid } from "../sweep/clock.ts";
import { type Input, isNoise, isSignalColumns, type Noise, samplesOf } from "../sweep/input.ts";
import type { Assignment, InputSource } from "../sweep/job.ts";
import { sourceNumbers } from "../sweep/streams.ts";
import { wholeNumber } from "../whole.ts";
import { isImaginaryOf, preferring, resolvePath, type Target } from "./paths.ts";

/** What inputs are looked up in. */
export interface InputLookup {
  targets: readonly Target[];
  assignments: readonly Assignment[];
  /** Undefined where the grid or the clock is at fault: then the signals' paths are checked, and not their lengths. */
  extent: Extent | undefined;
}

interface Extent {
  points: number;
  clock: Clock;
}

/** Finds what drives each input, and checks every signal's shape and values. */
export function resolveInputs(problems: Problems, inputs: Readonly<Record<string, Input>>, sweep: InputLookup): InputSource[] {
  const rows: InputRows = {
    paths: sweep.targets.filter(({ kind }) => kind === "input").map(({ variable }) => variable.path),
    swept: new Set(sweep.assignments.filter(({ kind }) => kind === "input").map(({ row }) => row)),
    owners: new Map(),
  };
  /** Rows of imaginary parts of inputs with real signals, which replace their defaults. */
  const imaginary = new Set<number>();
  const sources = Object.entries(inputs).flatMap(([path, input]): ResolvedInput[] => {
    const use = { code: "E_UNKNOWN_INPUT", path: ["inputs", path], says: `input ${sanitize(path)}`, parts: true };
    const name = path.split("/").at(-1) ?? "";
    // A signal adds to what edges feed an input; of a complex one it is the real part.
    const all = preferring("input", resolvePath(problems, sweep.targets, path, use));
    const found = all.filter((target) => !isImaginaryOf(target, name));
    for (const target of all) if (isImaginaryOf(target, name) && target.variable.value !== 0) imaginary.add(target.row);
    const before = problems.list.length;
    for (const target of found) checkTarget(problems, target, path, rows);
    const { extent } = sweep;
    if (problems.list.length > before || extent === undefined) return [];
    const signal = isSignalColumns(input) ? { data: samplesOf(input.data)?.slice() ?? input.data, columns: input.columns } : input;
    const shape = { path, input: signal, targets: found.length };
    return found.flatMap(({ row, variable }, target) => {
      const made = sourceOf(problems, { ...shape, row, target }, extent);
      return made.map((source) => ({ source, drawnFor: (drawsAlone(input) ? variable : found[0].variable).path }));
    });
  });
  const rest = [...imaginary].filter((row) => !rows.owners.has(row) && !rows.swept.has(row));
  return [...numbered(sources, rows.paths), ...rest.map((row): InputSource => ({ kind: "constant", row, value: 0 }))];
}

/** A source, and the path by which its noise is told from that of others. */
interface ResolvedInput {
  source: InputSource;
  drawnFor: string;
}

/** Whether each target draws its noise by its own path: where nodes share it, or points have streams for all of their targets, it does not. */
function drawsAlone(input: Input): boolean {
  return isNoise(input) && input.shared && !input.sharedByNodes;
}

/** Gives noise sources their numbers; `paths` are those of all inputs, in the model's order, and not that of the call. */
function numbered(sources: readonly ResolvedInput[], paths: readonly string[]): InputSource[] {
  const places = new Map(paths.map((path, i) => [path, i]));
  const placeOf = ({ drawnFor }: ResolvedInput) => places.get(drawnFor) ?? paths.length;
  const noisy = sources
    .flatMap(({ source, drawnFor }) => (source.kind === "noise" ? [{ source, drawnFor }] : []))
    .sort((a, b) => placeOf(a) - placeOf(b));
  const numbers = sourceNumbers(noisy.map(({ source, drawnFor }) => ({ path: drawnFor, seed: source.noise.seed })));
  const numberOf = new Map<InputSource, number>(noisy.map(({ source }, i) => [source, numbers[i]]));
  return sources.map(({ source }) => {
    const variable = numberOf.get(source) ?? 0;
    return source.kind === "noise" && variable !== 0 ? { ...source, variable } : source;
  });
}

/** What is known of the model's inputs. */
interface InputRows {
  paths: readonly string[];
  /** Rows that grid keys set. */
  swept: ReadonlySet<number>;
  /** Row → path of the call's `inputs` that drives it. */
  owners: Map<number, string>;
}

function checkTarget(problems: Problems, target: Target, path: string, { paths, swept, owners }: InputRows): void {
  const at = ["inputs", path];
  if (target.kind !== "input") {
    const there = paths.length > 0 ? `the inputs are ${listed(paths)}` : "the model has no inputs";
    const message = `${target.variable.path} is no input of the model, so no signal can drive it; ${there}`;
    problems.add("E_NOT_AN_INPUT", at, message);
    return;
  }
  const other = owners.get(target.row);
  if (other !== undefined) {
    problems.add("E_INPUT_CONFLICT", at, `${sanitize(other)} and ${sanitize(path)} both drive ${target.variable.path}; add the signals up`);
  }
  owners.set(target.row, path);
  if (swept.has(target.row)) {
    const message = `${target.variable.path} is set by the grid and driven by inputs, which would replace the grid's values; drop one of them`;
    problems.add("E_INPUT_CONFLICT", at, message);
  }
}

/** One of the variables that an entry of `inputs` drives. */
interface InputTarget {
  path: string;
  input: Input;
  row: number;
  /** Its number among those of the entry, and how many these are. */
  target: number;
  targets: number;
}

function sourceOf(problems: Problems, entry: InputTarget, sweep: Extent): InputSource[] {
  const { input, row } = entry;
  if (typeof input === "number") return constant(problems, entry, input);
  if (isNoise(input)) return noise(problems, entry, input, sweep.clock);
  if (isSignalColumns(input)) return columns(problems, entry, input, sweep);
  const samples = samplesOf(input);
  if (samples === undefined) {
    const says =
      "a Float64Array of one sample a step, { data, columns }, uniformNoise(...), normalNoise(...), ornsteinUhlenbeck(...) or a number";
    problems.add("E_TYPE", ["inputs", entry.path], `${sanitize(entry.path)} must be ${says}, but ${kindOf(input)} was found`);
    return [];
  }
  if (!longEnough(problems, entry, samples.length, inputGrid(sweep.clock).steps)) return [];
  const used = samples.slice(0, inputGrid(sweep.clock).steps);
  if (!allFinite(problems, entry, used)) return [];
  // One that never changes says the same without a sample for each step, over which an adaptive solver need not look.
  if (used.every((value) => Object.is(value, used[0]))) return [{ kind: "constant", row, value: used[0] }];
  return [{ kind: "shared", row, samples: used }];
}

function constant(problems: Problems, { path, row }: InputTarget, value: number): InputSource[] {
  if (Number.isFinite(value)) return [{ kind: "constant", row, value }];
  problems.add("E_INPUT_NOT_FINITE", ["inputs", path], `${sanitize(path)} must be finite, but ${value} was found`);
  return [];
}

function noise(problems: Problems, entry: InputTarget, given: Noise, clock: Clock): InputSource[] {
  const { path, row } = entry;
  const { sharedByNodes, ...source } = given;
  const { target, targets } = sharedByNodes ? { target: 0, targets: 1 } : entry;
  const { step } = inputGrid(clock);
  const hold = source.hold === undefined ? 1 : wholeNumber(source.hold / step);
  if (hold !== undefined) return [{ kind: "noise", row, noise: source, hold, targets, target }];
  const message = `hold ${source.hold} of ${sanitize(path)} must be a whole multiple of stepSize ${step}`;
  problems.add("E_HOLD", ["inputs", path, "hold"], message);
  return [];
}

function columns(problems: Problems, entry: InputTarget, input: { data: unknown; columns: unknown }, sweep: Extent): InputSource[] {
  const { path, row, target, targets } = entry;
  const data = samplesOf(input.data);
  if (data === undefined) {
    const message = `data of ${sanitize(path)} must be a Float64Array, but ${kindOf(input.data)} was found`;
    problems.add("E_TYPE", ["inputs", path, "data"], message);
    return [];
  }
  const needed = sweep.points * targets;
  if (input.columns !== needed) {
    const counted = targets === 1 ? `${sweep.points} points` : `${sweep.points} points times ${targets} targets`;
    const message = `${sanitize(path)} has ${kindOf(input.columns)} columns, but needs ${needed} (${counted}), or one shared signal without columns`;
    problems.add("E_INPUT_COLUMNS", ["inputs", path, "columns"], message);
    return [];
  }
  if (data.length % needed !== 0) {
    const message = `data of ${sanitize(path)} has ${data.length} values, which is no whole number of rows of ${needed} columns`;
    problems.add("E_INPUT_COLUMNS", ["inputs", path, "data"], message);
    return [];
  }
  if (!longEnough(problems, entry, data.length / needed, inputGrid(sweep.clock).steps)) return [];
  if (target === 0 && !allFinite(problems, entry, data)) return [];
  return [{ kind: "columns", row, data, columns: needed, targets, target }];
}

function longEnough(problems: Problems, { path }: InputTarget, samples: number, steps: number): boolean {
  if (samples >= steps) return true;
  const message = `${sanitize(path)} has ${samples} samples, but the sweep takes ${steps} steps and needs one for each`;
  problems.add("E_INPUT_LENGTH", ["inputs", path], message);
  return false;
}

function allFinite(problems: Problems, { path }: InputTarget, data: Float64Array): boolean {
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i])) continue;
    problems.add("E_INPUT_NOT_FINITE", ["inputs", path, i], `sample ${i} of ${sanitize(path)} must be finite, but ${data[i]} was found`);
    return false;
  }
  return true;
}
