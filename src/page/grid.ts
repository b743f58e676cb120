import { reservedNames } from "../figure/columns.ts";
import { linspace, logspace } from "../figure/values.ts";
import type { EdgeMapping, ModelDescription, NodeMapping } from "../index.ts";
import type { Axis, State } from "./state.ts";

/** The values of an axis, the same on every machine. */
export function axisValues({ scale, from, to, count, values }: Axis): Float64Array {
  if (scale === "list") return Float64Array.from(values);
  return scale === "log" ? logspace(from, to, count) : linspace(from, to, count);
}

/** The grid of a figure. */
export interface Grid {
  x: Float64Array;
  /** One value where there is no second axis. */
  y: Float64Array;
  count: number;
}

/** The values along both sides; a side without an axis has a single point. */
export function gridOf({ axes }: State): Grid {
  const [x, y] = [axes[0], axes[1]].map((axis) => (axis ? axisValues(axis) : Float64Array.of(0)));
  return { x, y, count: x.length * y.length };
}

/** The axes' values at point `index` of a grid: x runs first. */
export function pointAt({ axes }: State, { x, y }: Grid, index: number): number[] {
  return [x[index % x.length], y[Math.floor(index / x.length)]].slice(0, axes.length);
}

/** The index of the grid's point that is nearest to some values; -1 where the number of values is another. */
export function indexOfPoint({ axes }: State, { x, y }: Grid, point: readonly number[]): number {
  if (point.length !== axes.length) return -1;
  const [i, j] = [x, y].map((values, side) => (side < point.length ? nearestIndex(values, point[side]) : 0));
  return j * x.length + i;
}

/** Which value is nearest. */
export function nearestIndex(values: Float64Array, wanted: number): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (Math.abs(values[i] - wanted) < Math.abs(values[best] - wanted)) best = i;
  return best;
}

/** A key of a sweep's grid, and the variables that it sets. */
export interface GridKey {
  key: string;
  mapping: NodeMapping | EdgeMapping;
  /** The axis whose values it has; or the one value that it keeps. */
  axis?: Axis;
  value: number;
}

/** The keys of the grid: the axes', then one for each variable that has not its default. A grid has one key at least. */
export function gridKeysOf(state: State, { variables }: ModelDescription): GridKey[] {
  const taken = new Set(reservedNames.map((name) => name.toLowerCase()));
  const keys: GridKey[] = [];
  const add = (path: string, wanted: string | undefined, rest: { axis?: Axis; value: number }) => {
    const variable = variables.find((other) => other.path === path && other.mapping !== undefined);
    if (variable?.mapping) keys.push({ key: free(taken, wanted ?? variable.name), mapping: variable.mapping, ...rest });
  };
  for (const axis of state.axes) add(axis.path, axis.key, { axis, value: axis.from });
  const moved = state.axes.map(({ path }) => path);
  for (const [path, value] of Object.entries(state.values)) {
    if (!moved.includes(path)) add(path, undefined, { value });
  }
  const first = variables.find(({ mapping }) => mapping !== undefined);
  if (keys.length === 0 && first) add(first.path, undefined, { value: first.value });
  return keys;
}

/** A name that is not taken, in any case: `tau`, `tau_2`, ... */
function free(taken: Set<string>, wanted: string): string {
  let name = wanted;
  for (let i = 2; taken.has(name.toLowerCase()); i++) name = `${wanted}_${i}`;
  taken.add(name.toLowerCase());
  return name;
}

/** Names of the outputs that a state asks for: of each signal that a figure shows, and of the phase plane's other variable. */
export function outputNames(state: Pick<State, "signal" | "plane" | "feature" | "beside">): {
  signal: string;
  plane: string;
  /** Signal → name, of all that are shown. */
  signals: ReadonlyMap<string, string>;
} {
  const taken = new Set<string>();
  const fresh = (wanted: string) => {
    let name = wanted;
    for (let i = 2; taken.has(name); i++) name = `${wanted}_${i}`;
    taken.add(name);
    return name;
  };
  const signal = fresh(shortName(state.signal));
  const plane = fresh(shortName(state.plane));
  const signals = new Map([[state.signal, signal]]);
  for (const shown of state.beside) if (!signals.has(shown.signal)) signals.set(shown.signal, fresh(shortName(shown.signal)));
  return { signal, plane, signals };
}

/** The features of each output that figures show, by the output's name. */
export function featuresOf(state: Parameters<typeof outputNames>[0]): Map<string, State["feature"][]> {
  const { signals } = outputNames(state);
  const found = new Map<string, State["feature"][]>();
  const all = [{ signal: state.signal, feature: state.feature }, ...state.beside];
  for (const { signal, feature } of all) {
    const name = signals.get(signal) ?? "";
    const before = found.get(name) ?? [];
    if (!before.includes(feature)) found.set(name, [...before, feature]);
  }
  return found;
}

function shortName(path: string): string {
  const name = path.split("/").slice(-1)[0];
  return /^[^\s+*()^-]+(?:\/[^\s+*()^-]+)+$/.test(path) && !reservedNames.includes(name) ? name : "signal";
}
