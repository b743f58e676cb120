import { reservedNames } from "../figure/columns.ts";
import { type EdgeMapping, linspace, logspace, type ModelDescription, type NodeMapping } from "../index.ts";
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
  const taken = new Set(reservedNames);
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

/** A name that is not taken: `tau`, `tau_2`, ... */
function free(taken: Set<string>, wanted: string): string {
  let name = wanted;
  for (let i = 2; taken.has(name); i++) name = `${wanted}_${i}`;
  taken.add(name);
  return name;
}

/** Names of the two outputs that a state asks for. */
export function outputNames({ signal, plane }: Pick<State, "signal" | "plane">): { signal: string; plane: string } {
  const name = shortName(signal);
  const other = shortName(plane);
  return { signal: name, plane: other === name ? `${other}_2` : other };
}

function shortName(path: string): string {
  const name = path.split("/").slice(-1)[0];
  return /^[^\s+*()^-]+(?:\/[^\s+*()^-]+)+$/.test(path) && !reservedNames.includes(name) ? name : "signal";
}
