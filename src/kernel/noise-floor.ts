import type { Precision } from "../sweep/arithmetic.ts";
import type { Job, RecordedVariable } from "../sweep/job.ts";
import type { FinalState } from "./final-state.ts";
import { Linearization, type Rest } from "./linearization.ts";

// The noise floor: how much a trace may vary, or differ, by the errors of its solver alone. Its unit, for a state of size |y|, is the
// error that a solver lets pass in a step: atol + rtol |y| of an adaptive one, and rounding for fixed steps. An output that is computed
// from states has the sum of what it changes by where each of them changes by its own. The floor is
//
//   one unit     where a trace moves: on a cycle, however small, a solver follows it to its tolerance;
//   RESTING sqrt(states) units at a resting point that attracts. There an explicit solver with adaptive step size lengthens its step
//                until it is unstable, and what then grows is stopped only where its estimated error is one unit in the root mean
//                square. That estimate is a polynomial in h lambda, which is small at the edge of stability: the figures are three
//                times the largest that were found on a thousand random models (test/kernel/noise-floor.test.ts). It is at most
//                SETTLED times what the trace varies by in its second half, so that no transient is called noise;
//   UNKNOWN      units where it is not known whether a point rests: the model has more states than are looked at, or delays.
//
// Whether a point rests is asked of the model, linearized at the final state (linearization.ts), and only of points to which it matters.

/** What rounding changes of a number, as a share of it, with room. */
const ROUNDING = 32 * Number.EPSILON;
/** The same of steps in float32, which has 29 digits less. */
const ROUNDINGS: Readonly<Record<Precision, number>> = { float64: ROUNDING, float32: ROUNDING * 2 ** 29 };
const RESTING: Readonly<Record<string, number>> = { rk23: 100, rk45: 600, dop853: 3000, rodas4: 4 };
/** Of fixed steps, whose unit is rounding. */
const RESTING_FIXED = 100;
const SETTLED = 10;
const UNKNOWN = 64;
/** A point this near to a resting point that attracts it, as a share of its states' scales, is on its way there. */
const NEAR = 1e-3;
/** The scale of a state that is 0 at rest, where tolerances do not tell one. */
const LEAST_SCALE = 1e-3;

/** What is known of the noise of one variable's traces. A size is the largest |x| of a trace. */
export interface NoiseFloor {
  /** The error that a solver lets pass in a step. */
  unit(lane: number, size: number): number;
  /** How much the lane's trace may vary though nothing does. */
  of(lane: number, size: number): number;
  /** Whether a trace that varies by `range` varies by nothing but noise. */
  hides(lane: number, range: number, size: number): boolean;
  /** Whether the lane has ended near a resting point that attracts it. */
  settles(lane: number): boolean;
}

/** The floor of traces that no solver is known of: rounding. */
export const roundingFloor: NoiseFloor = {
  unit: (_, size) => ROUNDING * size,
  of: (_, size) => ROUNDING * size,
  hides: (_, range, size) => range <= ROUNDING * size,
  settles: () => false,
};

/** What a solver lets pass in a step: `absolute`, in the unit of a state, and `relative` to its size. */
interface Tolerance {
  absolute: number;
  relative: number;
}

function toleranceOf({ adaptive, arithmetic }: Job): Tolerance {
  const rounding = ROUNDINGS[arithmetic.precision];
  return adaptive ? { absolute: adaptive.atol, relative: adaptive.rtol + rounding } : { absolute: 0, relative: rounding };
}

/**
 * What a point at rest is measured by, where its own range is none: its size, and below a size that the tolerances treat as nothing, that.
 */
export function scaleAtRest(job: Job, size: number): number {
  const { absolute, relative } = toleranceOf(job);
  return size + absolute / relative;
}

/** Whether noise drives a job: on an input, or on a variable. */
function isRandom({ inputSources, wiener }: Job): boolean {
  return wiener.length > 0 || inputSources.some(({ kind }) => kind === "noise");
}

/** The noise floors of a block that has ended. */
export class NoiseFloors {
  readonly #final: FinalState;
  readonly #tolerance: Tolerance;
  readonly #rounding: number;
  readonly #isLinearized: boolean;
  /** Made when a lane is asked about: few features do. */
  #linearization: Linearization | undefined;
  /** Factor of a unit where it is not known whether a lane rests. */
  readonly #unlinearized: number;
  readonly #resting: number;
  #units: Float64Array | undefined;

  constructor(final: FinalState) {
    const { job } = final;
    const states = job.model.states.length;
    this.#final = final;
    this.#tolerance = toleranceOf(job);
    this.#rounding = ROUNDINGS[job.arithmetic.precision];
    this.#resting = (RESTING[job.solver.name] ?? RESTING_FIXED) * Math.sqrt(states);
    const isDriven = isRandom(job) || !areInputsConstant(job);
    const isKnown = job.model.history === undefined && Linearization.isPossible(states);
    this.#unlinearized = isDriven ? 1 : UNKNOWN;
    this.#isLinearized = !isDriven && isKnown;
  }

  get #measures() {
    const { absolute, relative } = this.#tolerance;
    const least = absolute > 0 ? Math.min(LEAST_SCALE, absolute / relative) : LEAST_SCALE;
    return {
      error: (value: number) => absolute + relative * Math.max(Math.abs(value), absolute > 0 ? 0 : least),
      scale: (value: number) => Math.max(Math.abs(value), least),
    };
  }

  /** The floor of a recorded variable, whose traces vary by `settled` in their second halves, one number a lane. */
  variable({ kind, row }: RecordedVariable, settled?: Float64Array): NoiseFloor {
    if (kind === "param" || kind === "input") return roundingFloor;
    const { absolute, relative } = this.#tolerance;
    if (kind === "state") return this.#floor((_, size) => absolute + relative * size, settled);
    return this.#floor((lane, size) => {
      this.#units ??= this.#outputUnits();
      return this.#units[row * this.#final.n + lane] + this.#rounding * size;
    }, settled);
  }

  #floor(unit: NoiseFloor["unit"], settled: Float64Array | undefined): NoiseFloor {
    const isLinearized = this.#isLinearized;
    const rests = (lane: number) => {
      const { attracts, errors } = this.#restOf(lane);
      return attracts && errors <= this.#resting;
    };
    /** The largest that the floor may be. */
    const most = (lane: number, size: number) => {
      const least = unit(lane, size);
      const factor = isLinearized ? this.#resting : this.#unlinearized;
      return Math.max(least, Math.min(factor * least, SETTLED * (settled?.[lane] ?? Number.POSITIVE_INFINITY)));
    };
    return {
      unit,
      of: (lane, size) => (isLinearized && !rests(lane) ? unit(lane, size) : most(lane, size)),
      hides: (lane, range, size) => {
        if (!(range > unit(lane, size))) return true;
        return range <= most(lane, size) && (!isLinearized || rests(lane));
      },
      settles: (lane) => {
        if (!isLinearized) return false;
        const { attracts, share } = this.#restOf(lane);
        return attracts && share <= NEAR;
      },
    };
  }

  #restOf(lane: number): Rest {
    this.#linearization ??= new Linearization(this.#final, this.#measures);
    return this.#linearization.at(lane);
  }

  /** For each algebraic variable, what it changes by where each state changes by a unit: sums of what each state does, n lanes a row. */
  #outputUnits(): Float64Array {
    const { n, y, job } = this.#final;
    const { error, scale } = this.#measures;
    const plain = this.#final.outputs(y);
    const units = new Float64Array(plain.length);
    const rows = [...new Set(job.recorded.filter(({ kind }) => kind === "output").map(({ row }) => row))];
    const states = y.slice();
    for (let first = 0; first < y.length; first += n) {
      const own = y.subarray(first, first + n);
      // As far as a state at rest may be off, so that what is flat at the resting point itself is seen too.
      const steps = own.map((value) => Math.max(this.#resting * error(value), 1e-6 * scale(value)));
      const moved = (sign: number) => {
        for (let lane = 0; lane < n; lane++) states[first + lane] = own[lane] + sign * steps[lane];
        return this.#final.outputs(states);
      };
      const [above, below] = [moved(1), moved(-1)];
      states.set(own, first);
      for (const row of rows) {
        for (let lane = 0, k = row * n; lane < n; lane++, k++) {
          const change = Math.max(Math.abs(above[k] - plain[k]), Math.abs(below[k] - plain[k]));
          units[k] += (change * error(own[lane])) / steps[lane];
        }
      }
    }
    return units;
  }
}

/** Whether inputs keep their values in the half of the samples that regimes are judged by. */
function areInputsConstant({ inputSources, clock }: Job): boolean {
  const step = clock.kind === "fixed" ? clock.stepSize : clock.inputStep;
  const from = Math.max(0, Math.floor(((clock.firstSample + clock.sampleCount / 2) * clock.samplingStep) / step) - 1);
  return inputSources.every((source) => {
    if (source.kind === "constant") return true;
    if (source.kind === "noise") return false;
    const [data, columns] = source.kind === "shared" ? [source.samples, 1] : [source.data, source.columns];
    const first = from * columns;
    return data.subarray(first + columns).every((value, i) => value === data[first + i]);
  });
}
