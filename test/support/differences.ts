// Derivatives of a model's right-hand side by central differences of five points, tried at several widths.
import type { Model } from "../../src/index.ts";
import { type Evaluation, evaluate } from "./evaluate.ts";

/** A point at which derivatives are compared; `scale` is how far states range there. */
export interface Place extends Omit<Evaluation, "states" | "params" | "t"> {
  state: readonly number[];
  params?: Readonly<Record<string, number>>;
  t: number;
  scale: number;
}

/** An element of a Jacobian, and differences in its place, widest first. */
export interface Element {
  row: number;
  /** The state, or the number of states for the time. */
  column: number;
  found: number;
  differences: number[];
  /** What rounding may do to each of them. */
  rounding: number[];
}

const widths = [1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4];
const offsets = [-2, -1, 1, 2];
const weights = [1 / 12, -2 / 3, 2 / 3, -1 / 12];

export function elementsOf(model: Model, { state, params = {}, t, scale, ...rest }: Place): Element[] {
  const count = model.states.length;
  const slopes = (states: number[][], time: number) => evaluate(model, { ...rest, states, params: states.map(() => params), t: time }).rhs;
  const [found] = evaluate(model, { ...rest, states: [state], params: [params], t }).jacobian;
  const moved = widths.flatMap((width) =>
    state.flatMap((_, column) => offsets.map((by) => state.map((y, i) => (i === column ? y + by * width * scale : y)))),
  );
  const byState = slopes(moved, t);
  const byTime = widths.map((width) => offsets.map((by) => slopes([[...state]], t + by * width)[0]));
  const stencil = (column: number, width: number): number[][] => {
    if (column === count) return byTime[width];
    const at = (width * count + column) * offsets.length;
    return byState.slice(at, at + offsets.length);
  };
  return Array.from({ length: count * (count + 1) }, (_, element): Element => {
    const [row, column] = element < count * count ? [Math.floor(element / count), element % count] : [element - count * count, count];
    const step = column === count ? 1 : scale;
    const values = widths.map((_, i) => stencil(column, i).map((slope) => slope[row]));
    return {
      ...{ row, column, found: found[element] },
      differences: values.map((four, i) => four.reduce((sum, value, j) => sum + weights[j] * value, 0) / (widths[i] * step)),
      rounding: values.map((four, i) => (2 ** -50 * Math.max(...four.map(Math.abs))) / (widths[i] * step)),
    };
  });
}

/** The smallest relative error of an element against its differences, beyond what rounding explains. */
export function errorOf({ found, differences, rounding }: Element): number {
  const errors = differences.map((value, i) => Math.max(0, Math.abs(value - found) - rounding[i]) / Math.max(Math.abs(found), 1e-9));
  return Math.min(...errors.map((error) => (Number.isNaN(error) ? Number.POSITIVE_INFINITY : error)));
}

/** Numbers of [0, 1) of a seed: those of a linear congruence (Numerical Recipes), its high digits. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
