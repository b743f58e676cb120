import type uPlot from "uplot";
import { short } from "../quantity.ts";
import { axis, tightScale } from "./chart.ts";
import type { Axis } from "./state.ts";

/** One side of a heat map: the cells' borders, and its axis. */
export interface Side {
  /** Borders of the cells, one more than there are values. */
  borders: Float64Array;
  /** Whether the cells are equally wide on the figure. */
  even: boolean;
  scale: uPlot.Scale;
}

/** The cells of an axis's values: each reaches half of the way to the next. */
export function sideOf({ scale }: Axis, values: Float64Array): Side {
  const log = scale === "log";
  const at = log ? values.map(Math.log10) : values;
  const count = at.length;
  const step = (i: number) => (count < 2 ? 1 : at[i] - at[i - 1]);
  const edge = (i: number) => {
    if (i === 0) return at[0] - step(1) / 2;
    return i === count ? at[count - 1] + step(count - 1) / 2 : (at[i - 1] + at[i]) / 2;
  };
  const borders = Float64Array.from({ length: count + 1 }, (_, i) => (log ? 10 ** edge(i) : edge(i)));
  return { borders, even: scale !== "list", scale: { ...tightScale(), ...(log ? { distr: 3 as const, log: 10 } : {}) } };
}

/** The axis of a grid key, with whole numbers where it has a logarithmic scale. */
export function keyAxis(label: string, log: boolean, more: uPlot.Axis = {}): uPlot.Axis {
  return axis(label, {
    values: (_, splits) => splits.map((value) => (value === null ? "" : short(value))),
    ...(log ? { space: 30 } : {}),
    ...more,
  });
}
