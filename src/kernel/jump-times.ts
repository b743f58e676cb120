import type { TimeOperation, TimeProgram } from "../model/model.ts";
import { doublesBetween, moved } from "./doubles.ts";
import { constantEnclosure, type Enclosure, enclosureOf, hull, staysWithin, timeEnclosure } from "./enclosures.ts";
import { TimeValues } from "./time-values.ts";

// When the right-hand side of one lane jumps or bends, as far as that depends on the time and on values known before the run. Between two
// such times every switch (a comparison, floor, ceil, round; abs, min, max) keeps its mode, and what it switches on is a smooth function
// of the time: mostly a straight line, whose end is a division; else it is enclosed by intervals, which miss nothing. The first time at
// which any switch leaves its mode is then pinned down by the very arithmetic of the compiled model, to two neighbouring doubles.

/** A jump: the last time with the values before it, and the first with those behind it. */
export interface Jump {
  last: number;
  first: number;
}

type Plain = Extract<TimeOperation, { kind: "plain" }>;

/** Operations whose values are constant between jumps. */
const steps: readonly Plain["op"][] = ["gt", "lt", "ge", "le", "eq", "ne", "floor", "ceil", "nearest"];
/** Boxes that are looked at for one jump; a function that needs more is sampled. */
const MOST_BOXES = 4000;
const SAMPLES = 2048;
/** How far from its computed place a jump is looked for, in doubles. */
const MOST_DOUBLES = 1_073_741_824n;

/** Finds one lane's jumps, one after the other. */
export class JumpTimes {
  readonly #values: TimeValues;
  readonly #operations: readonly TimeOperation[];
  /** Places of the switches that change in time, and the mode of each: its value, or the sign of what it bends on. */
  readonly #switches: readonly number[];
  readonly #modes: Float64Array;
  readonly #endTime: number;
  /** Values where the present stretch begins, their slopes in time, and whether each is a straight line. */
  readonly #start: Float64Array;
  readonly #slopes: Float64Array;
  readonly #isLine: Uint8Array;
  #time = 0;

  /** Jumps from 0 to before `endTime` of the lane in which row r of p is `rowValue(r)`. */
  constructor(program: TimeProgram, rowValue: (row: number) => number, endTime: number) {
    this.#values = new TimeValues(program, rowValue);
    this.#operations = program.operations;
    const moving = new Set(this.#values.moving);
    this.#switches = program.switches.filter((place) => moving.has(place) && this.#plain(place) !== undefined);
    this.#modes = new Float64Array(this.#switches.length);
    this.#endTime = endTime;
    this.#start = new Float64Array(program.operations.length);
    this.#slopes = new Float64Array(program.operations.length);
    this.#isLine = new Uint8Array(program.operations.length).fill(1);
  }

  /** The next jump; undefined where there is none any more. */
  next(): Jump | undefined {
    for (;;) {
      const jump = this.#switches.length > 0 && this.#time < this.#endTime ? this.#find() : undefined;
      if (!jump) return undefined;
      this.#time = jump.first;
      if (jump.isJump) return jump.first < this.#endTime ? { last: jump.last, first: jump.first } : undefined;
    }
  }

  #plain(place: number): Plain | undefined {
    const operation = this.#operations[place];
    return operation.kind === "plain" ? operation : undefined;
  }

  /** The mode of a switch by the present values. */
  #mode(place: number, values: Float64Array): number {
    const operation = this.#plain(place);
    if (!operation || steps.includes(operation.op)) return values[place];
    const [a, b] = operation.args;
    return Number(operation.op === "abs" ? values[a] < 0 : values[a] < values[b]);
  }

  /** Whether switch number `i`, or every switch, has its mode of the present stretch at a time. */
  #holds(time: number, i?: number): boolean {
    const values = this.#values.at(time);
    if (i !== undefined) return this.#mode(this.#switches[i], values) === this.#modes[i];
    for (let k = 0; k < this.#switches.length; k++) if (this.#mode(this.#switches[k], values) !== this.#modes[k]) return false;
    return true;
  }

  #find(): (Jump & { isJump: boolean }) | undefined {
    const from = this.#time;
    this.#start.set(this.#values.at(from));
    this.#switches.forEach((place, i) => {
      this.#modes[i] = this.#mode(place, this.#start);
    });
    this.#findSlopes();
    let soonest = this.#endTime;
    for (const place of this.#switches) soonest = Math.min(soonest, this.#lineEnd(place));
    this.#switches.forEach((place, i) => {
      if (!this.#isLine[this.#argumentOf(place)] || !this.#isLine[this.#secondOf(place)]) soonest = this.#curveEnd(i, from, soonest);
    });
    return soonest >= this.#endTime ? undefined : this.#pinned(Math.max(soonest, from));
  }

  /** The neighbouring doubles between which the modes change, near a computed time. */
  #pinned(time: number): Jump & { isJump: boolean } {
    const holds = this.#holds(time);
    let [low, high] = holds ? [time, Number.NaN] : [this.#time, time];
    for (let by = 1n; by <= MOST_DOUBLES; by *= 2n) {
      const other = moved(time, holds ? by : -by);
      if (!holds && other <= this.#time) break;
      if (this.#holds(other) === holds) {
        if (holds) low = other;
        else high = other;
        continue;
      }
      if (holds) high = other;
      else low = other;
      break;
    }
    // Nothing changes there: rounding has made a jump of what is none.
    if (Number.isNaN(high)) return { last: low, first: low, isJump: false };
    for (let between = doublesBetween(low, high); between > 1n; between = doublesBetween(low, high)) {
      const middle = moved(low, between / 2n);
      if (this.#holds(middle)) low = middle;
      else high = middle;
    }
    return { last: low, first: high, isJump: true };
  }

  #argumentOf(place: number): number {
    return this.#plain(place)?.args[0] ?? place;
  }

  #secondOf(place: number): number {
    const args = this.#plain(place)?.args ?? [place];
    return args[args.length - 1];
  }

  /** What a switch looks at, where the stretch begins: its argument, or the difference of both. */
  #lookedAt(place: number, values: Float64Array): number {
    const operation = this.#plain(place);
    if (!operation) return Number.NaN;
    const [a, b] = operation.args;
    return b === undefined ? values[a] : values[a] - values[b];
  }

  /** When a switch leaves its mode that looks at a straight line; never, where it does not. */
  #lineEnd(place: number): number {
    const never = Number.POSITIVE_INFINITY;
    const operation = this.#plain(place);
    if (!operation || !this.#isLine[this.#argumentOf(place)] || !this.#isLine[this.#secondOf(place)]) return never;
    const x = this.#lookedAt(place, this.#start);
    const slope = this.#lookedAt(place, this.#slopes);
    if (slope === 0 || !Number.isFinite(slope) || !Number.isFinite(x)) return never;
    const mode = this.#start[place];
    const rises = slope > 0;
    const till = (target: number) => this.#time + Math.max(0, (target - x) / slope);
    switch (operation.op) {
      case "floor":
        return till(rises ? mode + 1 : mode);
      case "ceil":
        return till(rises ? mode : mode - 1);
      case "nearest":
        return till(rises ? mode + 0.5 : mode - 0.5);
      case "gt":
      case "ge":
        return (mode === 1) === rises ? never : till(0);
      case "lt":
      case "le":
        return (mode === 1) === rises ? till(0) : never;
      case "eq":
      case "ne":
        return x === 0 || x < 0 === rises ? till(0) : never;
      default:
        return x < 0 === rises || (x === 0 && !rises) ? till(0) : never;
    }
  }

  /** Slopes of all values in time, switches held. */
  #findSlopes(): void {
    for (const i of this.#values.moving) {
      const operation = this.#operations[i];
      const isLine = this.#lineSlope(operation, i);
      this.#isLine[i] = isLine === undefined ? 0 : 1;
      this.#slopes[i] = isLine ?? 0;
    }
  }

  /** The slope of a value that is a straight line in time; undefined for one that is none. */
  #lineSlope(operation: TimeOperation, place: number): number | undefined {
    if (operation.kind === "time") return 1;
    if (operation.kind === "function") return this.#isStill(operation.args[0]) && this.#isStill(operation.args.at(-1)) ? 0 : undefined;
    if (operation.kind !== "plain") return 0;
    if (steps.includes(operation.op)) return 0;
    const [a, b = a] = operation.args;
    if (!this.#isLine[a] || !this.#isLine[b]) return undefined;
    const [x, y, dx, dy] = [this.#start[a], this.#start[b], this.#slopes[a], this.#slopes[b]];
    switch (operation.op) {
      case "add":
        return dx + dy;
      case "sub":
        return dx - dy;
      case "neg":
        return -dx;
      case "mul":
        return dx !== 0 && dy !== 0 ? undefined : dx === 0 ? (dy === 0 ? 0 : x * dy) : dx * y;
      case "div":
        return dy === 0 ? dx / y : undefined;
      case "abs":
        return x === 0 ? Math.abs(dx) : x < 0 ? -dx : dx;
      case "min":
      case "max":
        if (x === y) return operation.op === "min" ? Math.min(dx, dy) : Math.max(dx, dy);
        return this.#start[place] === x ? dx : dy;
      case "where":
        return dy !== 0 ? undefined : y === 0 ? 0 : dx;
      case "select":
        return this.#isStill(operation.args[2]) ? (this.#start[operation.args[2]] === 0 ? dy : dx) : undefined;
      default:
        return dx === 0 ? 0 : undefined;
    }
  }

  #isStill(place: number | undefined): boolean {
    return place === undefined || (this.#isLine[place] === 1 && this.#slopes[place] === 0);
  }

  /** When switch number `i` leaves its mode, which looks at a curve, if it does so before `end`: else `end`. */
  #curveEnd(i: number, start: number, end: number): number {
    const place = this.#switches[i];
    const op = this.#plain(place)?.op;
    if (op === "eq" || op === "ne") return end;
    let boxes = 0;
    const stack: [number, number][] = [[start, end]];
    for (let box = stack.pop(); box; box = stack.pop()) {
      const [from, to] = box;
      if (++boxes > MOST_BOXES) return this.#sampledEnd(i, from, end);
      const looked = this.#enclosure(place, from, to);
      if (staysWithin(op, this.#modes[i], looked)) continue;
      const isMonotone = looked.slopeLow >= 0 || looked.slopeHigh <= 0;
      const isEnough = isMonotone || doublesBetween(from, to) <= 4n;
      if (isEnough && this.#holds(to, i)) continue;
      if (isEnough) return this.#bisected(i, from, to);
      const middle = from + 0.5 * (to - from);
      stack.push([middle, to], [from, middle]);
    }
    return end;
  }

  /** A time up to which switch `i` has its mode, which it has at `from` and not at `to`, but for some doubles. */
  #bisected(i: number, from: number, to: number): number {
    let [low, high] = [from, to];
    for (let k = 0; k < 80 && doublesBetween(low, high) > 1n; k++) {
      const middle = low + 0.5 * (high - low);
      if (this.#holds(middle, i)) low = middle;
      else high = middle;
    }
    return high;
  }

  #sampledEnd(i: number, from: number, end: number): number {
    let before = from;
    for (let k = 1; k <= SAMPLES; k++) {
      const time = from + ((end - from) * k) / SAMPLES;
      if (!this.#holds(time, i)) return this.#bisected(i, before, time);
      before = time;
    }
    return end;
  }

  /** Bounds of what a switch looks at between two times, all switches held. */
  #enclosure(root: number, from: number, to: number): Enclosure {
    const found = new Map<number, Enclosure>();
    const of = (place: number): Enclosure => {
      const known = found.get(place);
      if (known) return known;
      const made = this.#enclosed(place, from, to, of);
      found.set(place, made);
      return made;
    };
    const [a, b] = this.#plain(root)?.args ?? [];
    return b === undefined ? of(a) : enclosureOf({ kind: "plain", op: "sub", args: [a, b] }, [of(a), of(b)]);
  }

  #enclosed(place: number, from: number, to: number, of: (place: number) => Enclosure): Enclosure {
    const operation = this.#operations[place];
    if (operation.kind === "time") return timeEnclosure(from, to);
    if (this.#isStill(place)) return constantEnclosure(this.#start[place]);
    if (!("args" in operation)) return constantEnclosure(this.#start[place]);
    const [a, b] = operation.args;
    const value = this.#start[place];
    if (operation.kind === "plain") {
      if (operation.op === "abs") return this.#start[a] < 0 ? enclosureOf({ kind: "plain", op: "neg", args: [a] }, [of(a)]) : of(a);
      if (operation.op === "min" || operation.op === "max") {
        const [x, y] = [this.#start[a], this.#start[b]];
        return x === y ? hull(of(a), of(b)) : of(value === x ? a : b);
      }
      if (operation.op === "where" && this.#isStill(b)) return this.#start[b] === 0 ? constantEnclosure(0) : of(a);
      if (operation.op === "select" && this.#isStill(operation.args[2])) return of(this.#start[operation.args[2]] === 0 ? b : a);
    }
    return enclosureOf(operation, operation.args.map(of));
  }
}
