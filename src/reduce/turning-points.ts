/** Turning points that are kept of a trace at most; 63 maxima. */
const MOST = 128;
/** Numbers of a turning point: the sample, and those before and after it. */
const WIDTH = 3;

/** A sample where a trace turns. */
export interface TurningPoint {
  value: number;
  /** Where a parabola through the sample and its neighbours turns. */
  smooth: number;
}

/** What is known of a trace's turning points. */
export interface TurningPointSummary {
  low: number;
  high: number;
  /**
   * The last turning points, alternately low and high: between two of them the trace moves by more than `prominence` times
   * (high - low). The first that was found may be the trace's beginning, and is left out, as is the last, which may go on.
   */
  points: TurningPoint[];
}

/**
 * The turning points of one trace, found as its samples come.
 *
 * Every turning point is kept until there are 128 of them; then those are dropped that `prominence` calls small, and, if that leaves more
 * than half, the oldest. From then on turning points as small are not seen at all, so that noise on a slow oscillation does not push it out.
 */
export class TurningPoints {
  readonly #prominence: number;
  readonly #points = new Float64Array(WIDTH * (MOST + 1));
  #count = 0;
  #low = Number.POSITIVE_INFINITY;
  #high = Number.NEGATIVE_INFINITY;
  /** A turning point is seen when the trace has come back by more than this. */
  #least = 0;
  /** 1 where the trace rises, -1 where it falls, 0 before it moves. */
  #sign = 0;
  /** How far it has come, and the samples before and after; NaN while there is none. */
  #value = Number.NaN;
  #before = Number.NaN;
  #after = Number.NaN;
  #previous = Number.NaN;

  constructor(prominence: number) {
    this.#prominence = prominence;
  }

  /** Takes `samples` samples, data[from], data[from + stride], ... */
  add(data: Float64Array, { from, stride, samples }: { from: number; stride: number; samples: number }): void {
    if (samples > 0 && Number.isNaN(this.#previous)) this.#value = data[from];
    let sign = this.#sign;
    let value = this.#value;
    let after = this.#after;
    let previous = this.#previous;
    let least = this.#least;
    for (let s = 0, i = from; s < samples; s++, i += stride) {
      const x = data[i];
      const ahead = sign * (x - value);
      const isTurn = sign === 0 ? x !== value : -ahead > least;
      if (!(ahead > 0) && Number.isNaN(after)) after = x;
      if (isTurn) {
        this.#after = after;
        this.#value = value;
        this.#turn(x, previous);
        sign = this.#sign;
        value = this.#value;
        after = this.#after;
        least = this.#least;
      } else if (ahead > 0) {
        value = x;
        this.#before = previous;
        after = Number.NaN;
      }
      previous = x;
    }
    this.#value = value;
    this.#after = after;
    this.#previous = previous;
  }

  /** The trace has turned: what it had reached is a turning point, and it has now come to x. */
  #turn(x: number, previous: number): void {
    this.#low = Math.min(this.#low, this.#value);
    this.#high = Math.max(this.#high, this.#value);
    this.#push();
    this.#sign = x > this.#value ? 1 : -1;
    this.#value = x;
    this.#before = previous;
    this.#after = Number.NaN;
    if (this.#count === MOST) this.#makeRoom();
  }

  #push(): void {
    this.#points.set([this.#value, this.#before, this.#after], WIDTH * this.#count);
    this.#count++;
  }

  #makeRoom(): void {
    const points = this.#points;
    this.#least = this.#prominence * (this.#high - this.#low);
    this.#push();
    const last = prune(points, this.#count, this.#least) - 1;
    this.#value = points[WIDTH * last];
    this.#before = points[WIDTH * last + 1];
    this.#after = points[WIDTH * last + 2];
    this.#sign = this.#value > points[WIDTH * (last - 1)] ? 1 : -1;
    this.#count = Math.min(last, MOST / 2);
    points.copyWithin(0, WIDTH * (last - this.#count), WIDTH * last);
  }

  finish(): TurningPointSummary {
    const low = Math.min(this.#low, this.#value);
    const high = Math.max(this.#high, this.#value);
    this.#push();
    const count = prune(this.#points, this.#count, this.#prominence * (high - low));
    const points = Array.from({ length: Math.max(0, count - 2) }, (_, i) => turningPointOf(this.#points, i + 1));
    return { low, high, points };
  }
}

function turningPointOf(points: Float64Array, i: number): TurningPoint {
  const value = points[WIDTH * i];
  const before = points[WIDTH * i + 1];
  const after = points[WIDTH * i + 2];
  const curvature = before - 2 * value + after;
  const smooth = curvature === 0 ? value : value - ((before - after) * (before - after)) / (8 * curvature);
  return { value, smooth };
}

/**
 * Keeps of `count` turning points, alternately low and high, those between which the trace moves by more than `least`, and the last
 * that it has reached; moves them together and returns how many there are: two at least, where there were two.
 */
export function prune(points: Float64Array, count: number, least: number): number {
  if (count < 2) return count;
  const at = (i: number) => points[WIDTH * i];
  const move = (from: number, to: number) => points.copyWithin(WIDTH * to, WIDTH * from, WIDTH * (from + 1));
  // It begins at the lowest or the highest point, whichever the trace leaves by more than `least` first.
  let low = 0;
  let high = 0;
  let i = 1;
  for (; i < count && !(at(high) - at(low) > least); i++) {
    if (at(i) > at(high)) high = i;
    if (at(i) < at(low)) low = i;
  }
  let sign = high > low ? 1 : -1;
  move(Math.min(low, high), 0);
  move(Math.max(low, high), 1);
  let last = 1;
  for (; i < count; i++) {
    const ahead = sign * (at(i) - at(last));
    if (ahead > 0) {
      move(i, last);
    } else if (-ahead > least) {
      move(i, ++last);
      sign = -sign;
    }
  }
  return last + 1;
}
