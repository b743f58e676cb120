import { append } from "../lists.ts";
import { outputName, STATUS } from "../sweep/columns.ts";
import type { PointResult, Rerun } from "./rerun.ts";

/** How far one quantity of one point is from what it should be. */
export interface QuantityError {
  point: number;
  /** A trace's name as `trace()` takes it, `V`, or a column of the map, `V.mean`. */
  quantity: string;
  kind: "trace" | "feature";
  /** As the sweep has it, and by the reference: a feature's value; of a trace, where it deviates most. */
  value: number;
  reference: number;
  /** Deviation over the quantity's size: the range of a trace, for what is a place on the scale of its output; else its own size. */
  error: number;
}

/** A text, such as a regime, that is another one by the reference. */
export interface Changed {
  point: number;
  quantity: string;
  value: string;
  reference: string;
}

/** Features that are places on the scale of their output: they may be zero while nothing is small. */
const places = ["mean", "min", "max", "last"];
/** Features that are lengths on that scale. */
const lengths = ["std", "range"];
/** What is below this share of the largest among the points counts as nothing: the rest of a decay is no error of a point at rest. */
const NOTHING = 1e-3;
/** A trace whose range is below this share of its values is at rest. */
const REST = 1e-6;

/** Compares what some points came to with what they should have. */
export function compare(found: Rerun, reference: Rerun): { errors: QuantityError[]; changed: Changed[] } {
  const sides = { found, reference, sizes: reference.features.map((_, i) => largest(reference, i)), ranges: rangesOf(reference) };
  const errors: QuantityError[] = [];
  const changed: Changed[] = [];
  for (const [point, wanted] of reference.points) {
    const own = found.points.get(point);
    if (!own) continue;
    if (own.failed !== wanted.failed) {
      const says = ({ failed }: PointResult) => (failed ? "failed" : "ok");
      changed.push({ point, quantity: STATUS, value: says(own), reference: says(wanted) });
    } else if (!wanted.failed) {
      append(errors, traceErrors(sides, { point, own, wanted }));
      for (const each of featureErrors(sides, { point, own, wanted })) {
        if ("error" in each) errors.push(each);
        else changed.push(each);
      }
    }
  }
  return { errors, changed };
}

interface Sides {
  found: Rerun;
  reference: Rerun;
  /** The largest size of each feature, and the largest range of each output's traces, among the points. */
  sizes: readonly number[];
  ranges: readonly number[];
}

interface Pair {
  point: number;
  own: PointResult;
  wanted: PointResult;
}

function traceErrors({ found, ranges }: Sides, { point, own, wanted }: Pair): QuantityError[] {
  return found.columns.map((column, i) => ({
    point,
    quantity: outputName(column),
    kind: "trace",
    ...deviation(own.traces[i], wanted.traces[i], NOTHING * ranges[i]),
  }));
}

function featureErrors({ found, reference, sizes, ranges }: Sides, { point, own, wanted }: Pair): (QuantityError | Changed)[] {
  return found.features.flatMap(({ name, feature }, i): (QuantityError | Changed)[] => {
    const [value, should] = [own.features[i], wanted.features[i]];
    if (typeof value === "string" || typeof should === "string") {
      return value === should ? [] : [{ point, quantity: name, value: String(value), reference: String(should) }];
    }
    const take = reference.groups[found.features[i].group].variable;
    const rests = isAtRest(own.traces[take]) && isAtRest(wanted.traces[take]);
    const onScale = places.includes(feature) || lengths.includes(feature);
    // A rhythm or a count of what does not move is one of rounding.
    if (rests && !onScale) return [];
    const scale = onScale ? sizeOf(wanted.traces[take], NOTHING * ranges[take]) : 0;
    const floor = places.includes(feature) ? scale : Math.max(NOTHING * sizes[i], rests ? scale : 0);
    const error = Object.is(value, should) ? 0 : Math.abs(value - should) / Math.max(Math.abs(should), floor);
    return [
      { point, quantity: name, kind: "feature", value, reference: should, error: Number.isNaN(error) ? Number.POSITIVE_INFINITY : error },
    ];
  });
}

function largest({ points }: Rerun, i: number): number {
  let most = 0;
  for (const { features, failed } of points.values()) {
    const value = features[i];
    if (!failed && typeof value === "number" && Number.isFinite(value)) most = Math.max(most, Math.abs(value));
  }
  return most;
}

function rangesOf({ columns, points }: Rerun): number[] {
  const fine = [...points.values()].filter(({ failed }) => !failed);
  return columns.map((_, i) => fine.reduce((most, { traces }) => Math.max(most, extent(traces[i]).range), 0));
}

/** The range of a trace, and its largest size. */
function extent(trace: Float64Array): { range: number; size: number } {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of trace) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return { range: most - least, size: Math.max(Math.abs(least), Math.abs(most)) };
}

function isAtRest(trace: Float64Array): boolean {
  const { range, size } = extent(trace);
  return range <= REST * size;
}

/** What a trace's deviations are measured by: its range, or what is no range to speak of. */
function sizeOf(trace: Float64Array, least: number): number {
  const { range, size } = extent(trace);
  return Math.max(range, least, REST * size);
}

/** The largest deviation of a trace, as a share of its size. */
function deviation(found: Float64Array, wanted: Float64Array, least: number): Pick<QuantityError, "value" | "reference" | "error"> {
  let [at, most] = [0, 0];
  found.forEach((value, k) => {
    const off = Math.abs(value - wanted[k]);
    if (off > most) [at, most] = [k, off];
  });
  return { value: found[at], reference: wanted[at], error: most === 0 ? 0 : most / sizeOf(wanted, least) };
}
