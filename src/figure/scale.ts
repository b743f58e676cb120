import { powerOfTen } from "../quantity.ts";

/** Lowest and highest of what an axis or a colour bar spans. */
export type Range = readonly [number, number];

/** What the axis or colour bar of some values spans, and how. */
export interface ValueScale {
  range: Range;
  log: boolean;
  /** Whether all values are integers. */
  allIntegers: boolean;
}

/** Smaller numbers have too few digits for a logarithmic scale. */
export const TINY = 1e-280;
/**
 * A scale is logarithmic if three quarters of the values would lie in the lowest part of a linear one. It spans so many times the
 * smallest it shows: what is below that is often a rounding error.
 */
const LOG = { part: 0.75, lowest: 0.05, span: 1e6 };
/** What numbers grow to shortly before they overflow, and what they are below where they are of a model's size. */
const BEYOND = { from: 1e15, most: 1e9 };

/** The scale of the finite ones of some values; `ends`, of error bars, are shown too but do not choose between linear and logarithmic. */
export function valueScale(values: Float64Array | readonly number[], ends: readonly number[] = []): ValueScale {
  const limit = limitOf(values);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [smallest, positive, allIntegers] = [Number.POSITIVE_INFINITY, 0, true];
  for (const value of values) {
    if (!(Math.abs(value) < limit)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
    if (value > 0) positive++;
    if (value > 0 && value < smallest) smallest = value;
    if (allIntegers && !Number.isInteger(value)) allIntegers = false;
  }
  if (low > high) return { range: extentOf(ends) ?? [0, 0], log: false, allIntegers: true };
  let crowded = 0;
  for (const value of values) if (value > 0 && value <= LOG.lowest * high) crowded++;
  const crowds = positive > 3 && crowded > Math.floor(LOG.part * (positive - 1));
  const log = !allIntegers && low >= 0 && high > TINY * LOG.span && crowds;
  if (ends.length > 0) [low, high] = extentOf([low, high, ...ends.filter((end) => Math.abs(end) < limit)]) ?? [low, high];
  return { range: [log ? Math.max(smallest, high / LOG.span) : low, high], log, allIntegers };
}

/** What of a scale is chosen by whoever looks at a figure. */
export interface ScaleChoice {
  scale: "auto" | "linear" | "log";
  /** Ends of the scale; null: those of the values. */
  low: number | null;
  high: number | null;
}

/** The scale of some values as it was chosen; what was not chosen is as `valueScale` has it. Below a logarithmic scale lies what is not positive. */
export function chosenScale(values: Float64Array | readonly number[], choice: ScaleChoice, ends: readonly number[] = []): ValueScale {
  const own = valueScale(values, ends);
  const [low, high] = extentOf(values) ?? own.range;
  const log = choice.scale === "auto" ? own.log : choice.scale === "log" && high > 0;
  const positive =
    log && !own.log ? extentOf(Array.from(values).filter((value) => value > Math.max(TINY, high / LOG.span ** 2))) : undefined;
  const [from, to] =
    choice.scale === "auto" ? own.range : (positive ?? (log ? own.range : [Math.min(low, own.range[0]), Math.max(high, own.range[1])]));
  const range = [choice.low !== null && !(log && choice.low <= 0) ? choice.low : from, choice.high ?? to] as const;
  return { ...own, log, range: range[0] <= range[1] ? range : [range[1], range[0]] };
}

/** Values of this size and above are about to overflow, and beyond any scale where most are smaller. */
function limitOf(values: Float64Array | readonly number[]): number {
  let [finite, modest] = [0, 0];
  for (const value of values) {
    if (Number.isFinite(value)) finite++;
    if (Math.abs(value) < BEYOND.most) modest++;
  }
  return 2 * modest >= finite ? BEYOND.from : Number.POSITIVE_INFINITY;
}

/** Lowest and highest finite number; undefined where there is none. */
export function extentOf(values: Iterable<number>): [number, number] | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : undefined;
}

/** Of a run that failed, no more is shown than so many times the size that it has in its first part. */
const FAILED_RUN = { beyond: 20, begin: 0.01 };

/** Lowest and highest of what is shown of a run's lines, not of how it grew beyond all bounds; undefined where that is nothing. */
export function rangeOfLines(lines: readonly { values: Float64Array }[], failed: boolean): Range | undefined {
  const range = extentOf(valuesOf(lines.map(({ values }) => values)));
  if (!failed || range === undefined) return range;
  const [low, high] = range;
  const begin = extentOf(valuesOf(lines.map(({ values }) => values.subarray(0, Math.ceil(FAILED_RUN.begin * values.length)))));
  const most = FAILED_RUN.beyond * largestOf(begin ?? range);
  return most > 0 ? [Math.max(low, -most), Math.min(high, most)] : range;
}

function* valuesOf(lists: readonly Float64Array[]): Generator<number> {
  for (const values of lists) yield* values;
}

/** A line has more values than this: fewer say nothing of what is between them. */
export const FINE = 8;

/** Whether values along an axis are so near to each other that a line through them tells the truth: no gap is wider than 1/8 of the whole. */
export function isFine(stops: readonly number[], log: boolean): boolean {
  if (stops.length <= FINE) return false;
  const places = log ? stops.map(Math.log) : stops;
  const width = (places[places.length - 1] - places[0]) / FINE;
  return places.every((place, i) => i === 0 || place - places[i - 1] <= width * (1 + 1e-9));
}

/** Larger of the absolute values of both ends. */
export function largestOf([low, high]: Range): number {
  return Math.max(Math.abs(low), Math.abs(high));
}

/** A range with a margin on both sides, a part of the whole. */
export function padded([low, high]: Range, margin = 0.04): [number, number] {
  const room = low === high ? Math.abs(low) / 10 || 1 : margin * (high - low);
  return [low - room, high + room];
}

/** As `padded`, of a logarithmic scale. */
export function paddedLog([low, high]: Range, margin = 0.04): [number, number] {
  const room = Math.max(1.1, (high / low) ** margin);
  return [low / room, high * room];
}

/** The ends of the cells around some stops, each halfway to its neighbour: one more than there are stops. */
export function cellEdges(stops: ArrayLike<number>, log: boolean): number[] {
  const [to, from] = log ? [Math.log, Math.exp] : [(x: number) => x, (x: number) => x];
  const points = Array.from(stops, to);
  const inner = points.slice(1).map((point, i) => (point + points[i]) / 2);
  const half = (a: number, b: number) => (a === b ? 0.5 : (b - a) / 2);
  const last = points.length - 1;
  const start = points[0] - half(points[0], points[Math.min(1, last)]);
  return [start, ...inner, points[last] + half(points[Math.max(0, last - 1)], points[last])].map(from);
}

/** Ticks that there is room for along a horizontal axis of some pixels. */
export function tickCount(pixels: number): number {
  return Math.max(2, Math.min(8, Math.floor(pixels / 65)));
}

/** As tickCount, one above the other. */
export function verticalTicks(pixels: number): number {
  return Math.max(2, Math.min(8, Math.floor(pixels / 36)));
}

/** About `count` round numbers of a linear axis, 1, 2 or 5 times a power of ten apart; at least two, where numbers have so many digits. */
export function evenTicks(range: Range, count: number): number[] {
  const ticks = roundTicks(range, count);
  for (let more = 2 * count; ticks.length < 2 && more <= 8 * count; more *= 2) {
    const finer = roundTicks(range, more);
    if (finer.length > ticks.length) return finer;
  }
  return ticks;
}

function roundTicks([low, high]: Range, count: number): number[] {
  const rough = (high - low) / count;
  // Of numbers that are too near to each other, or overflow, there is no round one between.
  if (!(rough > TINY) || !(rough < 1e300) || rough < 1e-14 * largestOf([low, high])) return [low];
  const exponent = Math.floor(Math.log10(rough));
  const part = rough / Number(`1e${exponent}`);
  const factor = part >= Math.sqrt(50) ? 10 : part >= Math.sqrt(10) ? 5 : part >= Math.SQRT2 ? 2 : 1;
  const step = Number(`${factor}e${exponent}`);
  const [from, to] = [Math.ceil(low / step - 1e-9), Math.floor(high / step + 1e-9)];
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => Number(`${(from + i) * factor}e${exponent}`));
}

/** Ticks of a logarithmic axis: powers of ten, and numbers between them where there are few; fewer where there is no room. */
export function logTicks([low, high]: Range, pixels: number): number[] {
  const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const decades = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const factors = Math.log10(high / low) >= 2.5 ? [1] : [1, 2, 5];
  const inside = decades.filter((decade) => 10 ** decade >= low * 0.999 && 10 ** decade <= high * 1.001).length;
  const interval = Math.max(1, Math.ceil(inside / Math.max(2, pixels / 40)));
  const ticks = decades
    .filter((decade) => decade % interval === 0)
    .flatMap((decade) => factors.map((factor) => Number(`${factor}e${decade}`)))
    .filter((value) => value >= low * 0.999 && value <= high * 1.001);
  return ticks.length < 2 ? evenTicks([low, high], tickCount(pixels)).filter((value) => value > 0) : ticks;
}

/** Numbers below an axis, with as many digits as tell them apart. */
export function tickTexts(ticks: readonly number[]): string[] {
  const step = ticks.length > 1 ? Math.abs(ticks[1] - ticks[0]) : 0;
  return ticks.map((value) => {
    const digits = value === 0 || step === 0 ? DIGITS : Math.floor(Math.log10(Math.abs(value))) - Math.floor(Math.log10(step)) + 2;
    return tickText(value, Math.min(15, Math.max(DIGITS, digits)));
  });
}

/** A number below an axis: powers of ten where they read better. */
export function tick(value: number): string {
  return tickText(value, DIGITS);
}

const DIGITS = 4;

function tickText(value: number, digits: number): string {
  const short = (number: number) => String(Number(number.toPrecision(digits)));
  const exponent = Math.floor(Math.log10(Math.abs(value)) + 1e-9);
  const plain = value === 0 || (exponent >= -3 && exponent < 5);
  const mantissa = short(value / Number(`1e${exponent}`));
  const text = plain ? short(value) : mantissa === "1" ? powerOfTen(exponent) : `${mantissa}·${powerOfTen(exponent)}`;
  return text.replace("-", "−");
}
