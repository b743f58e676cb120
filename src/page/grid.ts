import { reservedNames } from "../figure/columns.ts";
import { extentOf } from "../figure/scale.ts";
import { type EdgeMapping, linspace, logspace, type ModelDescription, type NodeMapping } from "../index.ts";
import type { MapPart, MapProgress } from "./protocol.ts";
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

/** A figure's numbers as far as they have come. */
export class MapData {
  readonly state: State;
  readonly grid: Grid;
  /** The feature at each point, x first; NaN where there is none, or not yet. */
  readonly values: Float64Array;
  /** The stride of the level that a point came with; 0 where it has not come. */
  readonly strides: Uint16Array;
  /** Point → what became of it, where it did not end well. */
  readonly failed = new Map<number, string>();
  /** Texts that the values are numbers of, for a feature that is a text. */
  readonly texts: string[] = [];
  name = "";
  unit = "";
  done = 0;
  progress: MapProgress;
  finished = false;
  /** Whether it was ended before all points were there. */
  stopped = false;
  /** Parts from coarse to fine, in whatever order they come: what is finer covers what is coarser. */
  readonly parts: MapPart[] = [];

  constructor(state: State) {
    this.state = state;
    this.grid = gridOf(state);
    const { count } = this.grid;
    this.values = new Float64Array(count).fill(Number.NaN);
    this.strides = new Uint16Array(count);
    this.progress = { done: 0, total: count, eta: Number.POSITIVE_INFINITY };
  }

  get isText(): boolean {
    return this.texts.length > 0;
  }

  add(part: MapPart): void {
    this.name = part.name;
    this.unit = part.unit;
    const numbers = part.texts?.map((text) => this.#textNumber(text));
    part.points.forEach((point, i) => {
      const value = part.values[i];
      this.values[point] = numbers ? numbers[value] : value;
      this.strides[point] = part.stride;
    });
    for (const [i, status] of part.failed) this.failed.set(part.points[i], status);
    this.done += part.points.length;
    const finer = this.parts.findIndex(({ stride }) => stride < part.stride);
    this.parts.splice(finer < 0 ? this.parts.length : finer, 0, part);
  }

  /** Points that have been computed. */
  computed(): Uint32Array {
    return Uint32Array.from(this.strides.keys()).filter((point) => this.strides[point] > 0);
  }

  #textNumber(text: string): number {
    const index = this.texts.indexOf(text);
    return index < 0 ? this.texts.push(text) - 1 : index;
  }

  /** Least and largest of the finite values; undefined where there are none. */
  range(): [number, number] | undefined {
    return extentOf(this.values);
  }
}
