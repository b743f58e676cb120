import { linspace, logspace } from "../figure/values.ts";
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

/** Which value is nearest. */
export function nearestIndex(values: Float64Array, wanted: number): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (Math.abs(values[i] - wanted) < Math.abs(values[best] - wanted)) best = i;
  return best;
}
