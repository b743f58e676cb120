import { scaleAtRest } from "../kernel/noise-floor.ts";
import { append } from "../lists.ts";
import { outputName, STATUS } from "../sweep/columns.ts";
import type { Samples } from "../sweep/trace-type.ts";
import type { PointResult, Rerun } from "./rerun.ts";

/** How far one quantity of one point is from what it should be. */
export interface QuantityError {
  point: number;
  /** A trace's name as `trace()` takes it, `V`, or a column of the map, `V_mean`. */
  quantity: string;
  kind: "trace" | "feature";
  /** As the sweep has it, and by the reference: a feature's value; of a trace, where it deviates most. */
  value: number;
  reference: number;
  /** Deviation over the quantity's size: the range of a trace, for what is a place on the scale of its output; else its own size. */
  error: number;
}

/** The same for each comparison of a quantity of a point. */
export function idOf({ point, quantity }: Pick<QuantityError, "point" | "quantity">): string {
  return `${point} ${quantity}`;
}

/** A text, such as a regime, that is another one by the reference. */
export interface Changed {
  point: number;
  quantity: string;
  value: string;
  reference: string;
}

/** What comes of comparing two runs of the same points. */
export interface Comparison {
  errors: QuantityError[];
  changed: Changed[];
  /** Rhythms and counts of what is at rest, which are those of noise: they are not compared. */
  leftOut: number;
  /** For each output, the largest noise floor of a point's trace. */
  floors: { output: string; floor: number }[];
}

/** Features that are places on the scale of their output: they may be zero while nothing is small. */
const places = ["mean", "min", "max", "last"];
/** Features that are lengths on that scale. */
const lengths = ["std", "range"];
/** Features that are numbers of things, of which one is the least that they can be off by. */
const counts = ["crossings", "maxima"];
/** A range of so many units is one also where the noise floor of a point at rest is higher: it is compared, to be told if it is off. */
const RESOLVED = 10;
/** A frequency of a trace whose range is less than so many noise floors may be seen in one run and not in the other. */
const FAINT = 10;

/**
 * Compares what some points came to with what they should have, each by itself. A trace whose range is within its noise floor, by both
 * runs, is at rest. `absolute` is a floor of the caller's own: what differs by no more counts as equal.
 */
export function compare(found: Rerun, reference: Rerun, absolute: number): Comparison {
  const errors: QuantityError[] = [];
  const changed: Changed[] = [];
  let leftOut = 0;
  const floors = found.columns.map((column) => ({ output: outputName(column), floor: 0 }));
  for (const [point, wanted] of reference.points) {
    const own = found.points.get(point);
    if (!own) continue;
    if (own.failed !== wanted.failed) {
      const says = ({ failed }: PointResult) => (failed ? "failed" : "ok");
      changed.push({ point, quantity: STATUS, value: says(own), reference: says(wanted) });
    } else if (!wanted.failed) {
      const scales = found.columns.map((_, i) => scaleOf(found, { own, wanted, absolute }, i));
      scales.forEach(({ floor }, i) => {
        floors[i].floor = Math.max(floors[i].floor, floor);
      });
      append(errors, traceErrors(found, { point, own, wanted }, scales, absolute));
      for (const each of featureErrors(found, { point, own, wanted }, scales, absolute)) {
        if (each === undefined) leftOut++;
        else if ("error" in each) errors.push(each);
        else changed.push(each);
      }
    }
  }
  return { errors, changed, leftOut, floors };
}

interface Pair {
  point: number;
  own: PointResult;
  wanted: PointResult;
}

/** What deviations of a point's trace, and of its features, are measured by. */
interface Scale {
  floor: number;
  /** Whether the trace is at rest by both runs. */
  rests: boolean;
  /** Range of the trace by the reference, and the scale of places on it. */
  range: number;
  scale: number;
}

function scaleOf({ jobOf }: Rerun, { own, wanted, absolute }: Omit<Pair, "point"> & { absolute: number }, i: number): Scale {
  const [found, { range, size }] = [own, wanted].map(({ traces }) => extent(traces[i]));
  // What has grown beyond all bounds has no noise to speak of.
  const share = found.size > size ? size / found.size : 1;
  const noise = own.floors[i].floor * share;
  const floor = Math.max(Math.min(noise, RESOLVED * own.floors[i].unit * share), wanted.floors[i].floor, absolute);
  const rests = range <= floor && found.range <= Math.max(noise, floor);
  return { floor, rests, range, scale: rests ? Math.max(scaleAtRest(jobOf(own), size), absolute) : Math.max(range, floor) };
}

function traceErrors({ columns }: Rerun, { point, own, wanted }: Pair, scales: readonly Scale[], absolute: number): QuantityError[] {
  return columns.map((column, i) => {
    let [at, most] = [0, 0];
    own.traces[i].forEach((value, k) => {
      const off = Math.abs(value - wanted.traces[i][k]);
      if (off > most) [at, most] = [k, off];
    });
    const error = most <= absolute ? 0 : most / scales[i].scale;
    return { point, quantity: outputName(column), kind: "trace", value: own.traces[i][at], reference: wanted.traces[i][at], error };
  });
}

/** Undefined stands for a feature that is not compared. */
function featureErrors(
  { duration, features, groups }: Rerun,
  { point, own, wanted }: Pair,
  scales: readonly Scale[],
  absolute: number,
): (QuantityError | Changed | undefined)[] {
  return features.flatMap(({ name, feature, group }, i): (QuantityError | Changed | undefined)[] => {
    const [value, reference] = [own.features[i], wanted.features[i]];
    if (typeof value === "string" || typeof reference === "string") {
      return value === reference ? [] : [{ point, quantity: name, value: String(value), reference: String(reference) }];
    }
    const scale = scales.at(groups[group].variable);
    if (scale === undefined) {
      const error = Math.abs(value - reference) / Math.max(Math.abs(reference), 1 / duration);
      return [{ point, quantity: name, kind: "feature", value, reference, error: Number.isNaN(error) ? Number.POSITIVE_INFINITY : error }];
    }
    const isLength = lengths.includes(feature);
    const onScale = isLength || places.includes(feature);
    const isFaint = scale.range <= FAINT * scale.floor && Number.isNaN(value) !== Number.isNaN(reference);
    if (!onScale && (scale.rests || isFaint)) return [undefined];
    const off = Math.abs(value - reference);
    const by = onScale ? (isLength ? lengthOf(scale, reference) : scale.scale) : ownSize(feature, reference);
    const error = Object.is(value, reference) || (onScale && off <= absolute) ? 0 : off / by;
    return [{ point, quantity: name, kind: "feature", value, reference, error: Number.isNaN(error) ? Number.POSITIVE_INFINITY : error }];
  });
}

/** What a length is measured by: itself, where the trace moves. */
function lengthOf({ rests, range, floor, scale }: Scale, reference: number): number {
  if (rests) return scale;
  return range > floor ? Math.abs(reference) : Math.max(Math.abs(reference), floor);
}

function ownSize(feature: string, reference: number): number {
  return Math.max(Math.abs(reference), counts.includes(feature) ? 1 : 0);
}

/** The range of a trace, and its largest size. */
function extent(trace: Samples): { range: number; size: number } {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of trace) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return { range: most - least, size: Math.max(Math.abs(least), Math.abs(most)) };
}
