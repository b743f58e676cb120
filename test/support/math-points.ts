// Points at which functions are measured: everywhere, and where they are hard.
import { type Exact, type exact, ulps } from "./high-precision.ts";
import { generator } from "./math-rows.ts";

let drawn = generator(20);
export const random = () => drawn();
/** Begins the points anew: those of a function do not depend on what was drawn before. */
function restart(seed: number): void {
  drawn = generator(seed);
}
const view = new DataView(new ArrayBuffer(8));
export const between = (low: number, high: number) => low + (high - low) * (random() + random() / 2 ** 32);
export const eitherSign = (x: number) => (random() < 0.5 ? x : -x);
/** A number of either sign whose exponent is uniform. */
const anyOf = (low: number, high: number) => eitherSign(2 ** Math.floor(between(low, high)) * between(1, 2));

/** One of the 2 steps + 1 doubles nearest to x. */
function near(x: number, steps: number): number {
  view.setFloat64(0, x);
  view.setBigInt64(0, view.getBigInt64(0) + BigInt(Math.round(between(-steps, steps))));
  return view.getFloat64(0);
}

export const whole = (limit: number) => Math.floor(between(1, limit));

/** Just beside a power of two, where the unit of the result may be half of the argument's. */
const besidePower = () => eitherSign(near(2 ** -whole(60), 3));

type Points = (() => number)[];
const circle: Points = [
  besidePower,
  () => between(-10, 10),
  () => near((whole(1000) * Math.PI) / 2, 2),
  () => near((whole(2 ** 20) * Math.PI) / 2, 2),
  () => between(-1.6e6, 1.6e6),
  () => eitherSign(near(1.6e6, 1000)),
  () => anyOf(17, 60),
  () => anyOf(-1074, 0),
  () => anyOf(60, 1024),
];
const hyperbola: Points = [
  besidePower,
  () => between(-2, 2),
  () => between(-25, 25),
  () => near((whole(30) - 0.5) * Math.LN2, 1000),
  () => between(-710, 710),
  () => eitherSign(between(708, 710.47)),
  () => anyOf(-1074, 0),
];
const arc: Points = [
  besidePower,
  () => between(-1, 1),
  () => eitherSign(near(0.5, 1000)),
  () => eitherSign(1 - 2 ** between(-53, 0)),
  () => anyOf(-1074, 0),
];
const tangents: Points = [
  besidePower,
  () => between(-4, 4),
  () => near(Math.SQRT2 - 1, 1000),
  () => near(Math.SQRT2 + 1, 1000),
  () => anyOf(-1074, 1024),
];
const everywhere: Points = [() => anyOf(-1074, 1024), () => eitherSign(near(1, 1000)), () => anyOf(-3, 3)];
const exponents: Points = [
  () => between(-708, 709),
  () => between(-5, 5),
  () => near((whole(900) - 0.5) * Math.LN2, 1000),
  () => anyOf(-1074, 0),
];

const growths: Points = [
  besidePower,
  () => between(-1.1, 1.1),
  () => between(-40, 40),
  () => eitherSign(near((whole(60) - 0.5) * Math.LN2, 1000)),
  () => between(-60, 709),
  () => anyOf(-1074, 0),
];
const aboveMinusOne: Points = [
  besidePower,
  () => between(-0.999, 3),
  () => -1 + 2 ** between(-53, -1),
  () => anyOf(-1074, -1),
  () => Math.abs(anyOf(0, 1024)),
];
const bell: Points = [besidePower, () => between(-2, 2), () => eitherSign(near(1, 1000)), () => between(-6.5, 6.5), () => anyOf(-1022, 0)];

/** Doubles closest of all to multiples of pi/2 (Muller 2016, ch. 11), and other old traps. */
const traps = [
  6381956970095103 * 2 ** 797,
  5.319372648326541e255,
  1e22,
  2 ** 1023,
  Number.MAX_VALUE,
  Math.PI,
  Math.PI / 2,
  1647099.3291652855,
];

export interface MathRow {
  readonly name: Exclude<keyof typeof exact, "pow">;
  readonly points: Points;
  readonly bound: number;
  readonly also?: number[];
  readonly positive?: boolean;
}

export const mathRows: MathRow[] = [
  { name: "exp", points: exponents, bound: 1 },
  { name: "log", points: everywhere, bound: 1, positive: true },
  { name: "log10", points: everywhere, bound: 1, positive: true },
  { name: "log1p", points: aboveMinusOne, bound: 1.5 },
  // Where 1 is less than the last place of e^x, the error of e^x and that of the difference add up.
  { name: "expm1", points: [...growths, () => between(36, 38)], bound: 1.25, also: [-745, 709.7] },
  { name: "exprel", points: [...growths, () => between(36, 38)], bound: 2, also: [-1e6, 709.7] },
  { name: "erf", points: bell, bound: 1.3, also: [5.9, -30] },
  { name: "sigmoid", points: exponents, bound: 2.5 },
  { name: "sin", points: circle, bound: 1, also: traps },
  { name: "cos", points: circle, bound: 1, also: traps },
  { name: "tan", points: circle, bound: 1, also: traps },
  { name: "sinh", points: hyperbola, bound: 1 },
  { name: "cosh", points: hyperbola, bound: 1 },
  { name: "tanh", points: hyperbola, bound: 1 },
  { name: "asin", points: arc, bound: 1, also: [1, -1, 0.5, 1 - 2 ** -53] },
  { name: "acos", points: arc, bound: 1, also: [-1, 0, 0.5, 1 - 2 ** -53] },
  { name: "atan", points: tangents, bound: 1, also: [1, Number.MAX_VALUE] },
  { name: "cbrt", points: everywhere, bound: 0.6, also: [27, Number.MAX_VALUE, Number.MIN_VALUE] },
];

/** Arguments of a row. */
export function argumentsOf({ points, also = [], positive = false }: MathRow, seed = 20): number[] {
  restart(seed);
  const made = Array.from({ length: 2400 }, (_, i) => points[i % points.length]());
  return [...made.map((each) => (positive ? Math.abs(each) : each)), ...also];
}

/** Bases, and powers whose results reach from 2^low to 2^high. */
export function powers(n: number, low: number, high: number): number[][] {
  restart(20);
  const bases: Points = [() => Math.abs(anyOf(-1074, 1024)), () => between(0.5, 2), () => near(1, 1e5), () => near(Math.sqrt(1.5), 100)];
  const x = Array.from({ length: n }, (_, i) => bases[i % bases.length]()).filter((each) => each !== 1);
  const y = x.map((each) => between(low, high) / Math.log2(each));
  return [x, y];
}

/** The largest error and where it is. */
export function worst(values: number[], truth: (i: number) => Exact): { error: number; at: number } {
  return values.reduce(
    (found, value, i) => {
      const error = ulps(value, truth(i));
      return error > found.error ? { error, at: i } : found;
    },
    { error: 0, at: 0 },
  );
}
