import type { TimeOperation } from "../model/model.ts";
import { functionValue } from "./time-values.ts";

// Interval arithmetic on values and their slopes in time: what a value may be anywhere between two times. Bounds are not rounded outwards:
// what is found with them is looked at again.

/** Bounds of a value and of its slope. */
export interface Enclosure {
  low: number;
  high: number;
  slopeLow: number;
  slopeHigh: number;
}

const ALL = Number.POSITIVE_INFINITY;
const anything: Enclosure = { low: -ALL, high: ALL, slopeLow: -ALL, slopeHigh: ALL };

export function constantEnclosure(value: number): Enclosure {
  return { low: value, high: value, slopeLow: 0, slopeHigh: 0 };
}

export function timeEnclosure(from: number, to: number): Enclosure {
  return { low: from, high: to, slopeLow: 1, slopeHigh: 1 };
}

/** Bounds of what is one of two values. */
export function hull(a: Enclosure, b: Enclosure): Enclosure {
  return {
    low: Math.min(a.low, b.low),
    high: Math.max(a.high, b.high),
    slopeLow: Math.min(a.slopeLow, b.slopeLow),
    slopeHigh: Math.max(a.slopeHigh, b.slopeHigh),
  };
}

/** A product in which 0 times anything is 0. */
function times(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : a * b;
}

function rangeOf(values: readonly number[]): [number, number] {
  return values.reduce<[number, number]>(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [ALL, -ALL]);
}

function product(aLow: number, aHigh: number, bLow: number, bHigh: number): [number, number] {
  return rangeOf([times(aLow, bLow), times(aLow, bHigh), times(aHigh, bLow), times(aHigh, bHigh)]);
}

function added(a: Enclosure, b: Enclosure): Enclosure {
  return { low: a.low + b.low, high: a.high + b.high, slopeLow: a.slopeLow + b.slopeLow, slopeHigh: a.slopeHigh + b.slopeHigh };
}

function negative(a: Enclosure): Enclosure {
  return { low: -a.high, high: -a.low, slopeLow: -a.slopeHigh, slopeHigh: -a.slopeLow };
}

function multiplied(a: Enclosure, b: Enclosure): Enclosure {
  const [low, high] = product(a.low, a.high, b.low, b.high);
  const first = product(a.slopeLow, a.slopeHigh, b.low, b.high);
  const second = product(a.low, a.high, b.slopeLow, b.slopeHigh);
  return { low, high, slopeLow: first[0] + second[0], slopeHigh: first[1] + second[1] };
}

/** f of an enclosure with bounds of f and of f' there. */
function chained(a: Enclosure, [low, high]: readonly [number, number], [from, to]: readonly [number, number]): Enclosure {
  const [slopeLow, slopeHigh] = product(a.slopeLow, a.slopeHigh, from, to);
  return { low, high, slopeLow, slopeHigh };
}

function inverse(a: Enclosure): Enclosure {
  if (a.low <= 0 && a.high >= 0) return anything;
  return chained(a, [1 / a.high, 1 / a.low], rangeOf([-1 / (a.low * a.low), -1 / (a.high * a.high)]));
}

/** Whether a whole number k with (k + share) step lies between two numbers. */
function reaches(low: number, high: number, share: number, step: number): boolean {
  return Math.floor(high / step - share) >= low / step - share;
}

/** Bounds of the cosine. */
function cosine(low: number, high: number): [number, number] {
  if (!(high - low < 2 * Math.PI)) return [-1, 1];
  const [a, b] = [functionValue("cos", low), functionValue("cos", high)];
  const most = reaches(low, high, 0, 2 * Math.PI) ? 1 : Math.max(a, b);
  const least = reaches(low, high, 0.5, 2 * Math.PI) ? -1 : Math.min(a, b);
  return [least, most];
}

/** Functions that rise or fall everywhere, and how. */
const monotone: Readonly<Record<string, 1 | -1>> = {
  ...{ exp: 1, log: 1, log10: 1, log1p: 1, expm1: 1, cbrt: 1, sinh: 1, tanh: 1, asin: 1, acos: -1, atan: 1, sigmoid: 1, erf: 1, exprel: 1 },
};

function called(name: string, a: Enclosure, b: Enclosure | undefined): Enclosure {
  const quarter = Math.PI / 2;
  if (name === "cos") {
    const [from, to] = cosine(a.low + quarter, a.high + quarter);
    return chained(a, cosine(a.low, a.high), [from, to]);
  }
  if (name === "sin") return chained(a, cosine(a.low - quarter, a.high - quarter), cosine(a.low, a.high));
  if (name === "cosh") {
    const [least, most] = rangeOf([functionValue(name, a.low), functionValue(name, a.high)]);
    return chained(a, [a.low <= 0 && a.high >= 0 ? 1 : least, most], [functionValue("sinh", a.low), functionValue("sinh", a.high)]);
  }
  if (name === "pow" && b && a.low > 0) {
    const corners = [a.low, a.high].flatMap((base) => [b.low, b.high].map((exponent) => functionValue(name, base, exponent)));
    const slope: [number, number] = b.low === b.high ? (b.low < 0 ? [-ALL, 0] : [0, ALL]) : [-ALL, ALL];
    return chained(a, rangeOf(corners), slope);
  }
  const direction = monotone[name];
  if (direction === undefined) return anything;
  const [first, last] = [functionValue(name, a.low), functionValue(name, a.high)];
  if (Number.isNaN(first) || Number.isNaN(last)) return anything;
  return direction === 1 ? chained(a, [first, last], [0, ALL]) : chained(a, [last, first], [-ALL, 0]);
}

/** Bounds of an operation that does not switch, from those of its operands. */
export function enclosureOf(operation: TimeOperation, [a, b]: readonly Enclosure[]): Enclosure {
  if (operation.kind === "function") return called(operation.name, a, b);
  if (operation.kind !== "plain") return anything;
  switch (operation.op) {
    case "add":
      return added(a, b);
    case "sub":
      return added(a, negative(b));
    case "mul":
      return multiplied(a, b);
    case "div":
      return multiplied(a, inverse(b));
    case "neg":
      return negative(a);
    case "sqrt": {
      if (a.high < 0) return anything;
      const [from, to] = [a.high > 0 ? 0.5 / Math.sqrt(a.high) : 0, a.low > 0 ? 0.5 / Math.sqrt(a.low) : ALL];
      return chained(a, [Math.sqrt(Math.max(0, a.low)), Math.sqrt(a.high)], [from, to]);
    }
    default:
      return anything;
  }
}

/** Whether a switch that looks at a value within bounds keeps its mode. */
export function staysWithin(op: string | undefined, mode: number, { low, high }: Enclosure): boolean {
  switch (op) {
    case "floor":
      return low >= mode && high < mode + 1;
    case "ceil":
      return low > mode - 1 && high <= mode;
    case "nearest":
      return low > mode - 0.5 && high < mode + 0.5;
    default:
      return low > 0 || high < 0;
  }
}
