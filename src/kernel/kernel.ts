import { lanesOfVector } from "../model/compile/vector-lanes.ts";
import type { WeightedSums } from "../model/model.ts";
import { link, newMemory } from "../model/wasm.ts";
import type { Block, FixedJob } from "../sweep/job.ts";
import { type Failures, noFailures, reasonOf } from "../sweep/status.ts";
import { clipStates } from "./bounds.ts";
import { linkNoise, type ModelExports, type NoiseExports } from "./core.ts";
import { delayTimes, prepareDelays } from "./delays.ts";
import { FinalState } from "./final-state.ts";
import { arithmeticRefusal } from "./fusing.ts";
import { fillSamples, prepareSources } from "./input-sources.ts";
import { type Layout, layout, writeHeader } from "./layout.ts";
import { equallyWeighted, loadValues, rowsAt } from "./memory.ts";
import { preparePast } from "./past.ts";
import { PulseQueue } from "./pulses.ts";
import { Stepper } from "./stepper.ts";
import { HUGE } from "./structs.generated.ts";
import { fillIncrements, prepareWiener } from "./wiener.ts";

/** The samples of one chunk. Sample s of recorded variable r in lane l is data[(s * variables + r) * n + l]; valid until the next advance. */
export interface SampleWindow {
  /** Row of the results that the first sample is. */
  first: number;
  samples: number;
  variables: number;
  n: number;
  data: Float64Array;
}

/** What integrates one block of points after the other. */
export interface Integrator {
  /** For each lane, the time at which it failed; NaN while it has not. */
  readonly failedAt: Float64Array;
  /** Why lanes failed. */
  readonly failures: Failures;
  /** Steps that the block has taken. */
  readonly step: number;
  /** The same of the block's lanes on average, also within a chunk of lanes that step alone. */
  readonly reached: number;
  /** How much the last chunk was, in the unit of what `advance` is told. */
  readonly effort: number;
  /** What each lane has cost, of adaptive step size. */
  readonly costs?: Costs;
  /** The state at the end of the block. */
  final(): FinalState;
  load(block: Block): void;
  /** Goes on for at most `most` steps, or attempts; undefined when the block is at its end. */
  advance(most?: number): SampleWindow | undefined;
}

/** What each lane has cost, of an adaptive solver. */
export interface Costs {
  /** Evaluations of the right-hand side; steps accepted and rejected. */
  nfev: Float64Array;
  accepted: Float64Array;
  rejected: Float64Array;
}

/** As HUGE, of float32. */
const HUGE_SINGLE = 1e19;
/** A state that grows by more than this share of itself within a step in which it becomes no number has diverged. */
const GROWTH = 0.1;
/** States whose time constants are looked at; of more, so many evenly. */
const MOST_LOOKED_AT = 64;

/** Memory, solver and model linked together, for fixed steps. */
export class Kernel implements Integrator {
  readonly #job: FixedJob;
  readonly #memory: WebAssembly.Memory;
  readonly #numbers: readonly WeightedSums[];
  readonly #model: ModelExports;
  readonly #noise: NoiseExports | undefined;
  readonly #stepper: Stepper;
  #at: Layout;
  #block: Block = { job: 0, first: 0, lanes: 0 };
  #step = 0;
  /** States before the chunk. */
  #before = new Float64Array(0);
  #pulses: PulseQueue;
  /** Steps that the last chunk had. */
  effort = 0;
  /** For each lane, the first time at which a state was not finite, or the last before one was not a number; NaN while all are finite. */
  failedAt = new Float64Array(0);
  failures = noFailures(0);

  /** `lanes` is the largest number of points that a block will have. */
  constructor(job: FixedJob, lanes: number) {
    const refused = arithmeticRefusal(job);
    if (refused) throw new Error(`a plan asks for an arithmetic that it cannot have: ${refused.reason}`);
    this.#job = job;
    // Fused loops read each weight in its own row.
    this.#numbers = job.loop ? [] : equallyWeighted(job);
    this.#pulses = this.#pulsesFromStart();
    this.#at = layout(job, rowLanes(job, lanes));
    this.#memory = newMemory(this.#at.pages);
    const model = link<ModelExports>(job.model.module, this.#memory);
    this.#model = model.exports;
    this.#stepper = new Stepper(job, this.#memory, model.imports);
    const isRandom = job.wiener.length > 0 || job.inputSources.some(({ kind }) => kind === "noise");
    this.#noise = isRandom ? linkNoise(this.#memory) : undefined;
  }

  /** Puts a block's parameters and initial values in place. A block that fills no vectors gets more lanes, copies of its last point. */
  load(block: Block): void {
    const job = this.#job;
    const n = rowLanes(job, block.lanes);
    const at = n === this.#at.n ? this.#at : layout(job, n);
    this.#at = at;
    this.#block = block;
    this.#step = 0;
    this.failedAt = new Float64Array(block.lanes).fill(Number.NaN);
    this.failures = noFailures(block.lanes);
    loadValues({ job, at, block, memory: this.#memory, numbers: this.#numbers });
    clipStates(job, at, this.#memory);
    this.#pulses = this.#pulsesFromStart();
    if (job.model.derived > 0) this.#model.derive(at.p, at.n);
    prepareDelays(job, at, this.#memory);
    preparePast(job, at, this.#memory, this.#model);
    prepareSources(job, at, block, this.#memory);
    prepareWiener(job, at, block, this.#memory);
  }

  /** Steps that the block has taken. */
  get step(): number {
    return this.#step;
  }

  get reached(): number {
    return this.#step;
  }

  /** Takes the next chunk of steps, at most `most` of them; undefined when the block is at its end. */
  advance(most: number = Number.POSITIVE_INFINITY): SampleWindow | undefined {
    const { steps: all, samplingSteps, firstSample, sampleCount } = this.#job.clock;
    const at = this.#at;
    const step = this.#step;
    if (step >= all || most <= 0) return undefined;
    if (this.#pulses.next === step) this.#pulses.apply(at, this.#block, this.#memory);
    // A chunk ends where pulses come, and where steps are taken otherwise.
    const steps = Math.min(at.chunkSteps, most, this.#pulses.next - step, this.#stepper.alike(step));
    const y = this.#states();
    if (this.#before.length !== y.length) this.#before = new Float64Array(y.length);
    this.#before.set(y);
    this.#prepare(step, steps);
    this.#stepper.take(at, step, steps);
    if (!allFinite(y)) this.#findFailures(step, steps);
    this.#step = step + steps;
    this.effort = steps;
    const samplesBefore = (end: number) => Math.min(Math.max(0, Math.ceil(end / samplingSteps) - firstSample), sampleCount);
    const first = samplesBefore(step);
    const samples = samplesBefore(step + steps) - first;
    const variables = this.#job.recorded.length;
    const data = new Float64Array(this.#memory.buffer, at.window, samples * variables * at.n);
    return { first, samples, variables, n: at.n, data };
  }

  /** Makes what the next steps need beside the states. */
  #prepare(step: number, steps: number): void {
    const at = this.#at;
    const chunk = { job: this.#job, at, block: this.#block, memory: this.#memory, step, steps };
    fillSamples(chunk, this.#noise);
    fillIncrements(at.wiener, step, steps, this.#noise);
    writeHeader(this.#job, at, this.#memory, step);
  }

  final(): FinalState {
    return new FinalState(this.#job, this.#memory, this.#model, this.#at);
  }

  /** The delay of every delayed value in every lane of the block, in the model's time unit. */
  delays(): Float64Array[] {
    return delayTimes(this.#job, this.#at, this.#memory);
  }

  #pulsesFromStart(): PulseQueue {
    const { stepSize } = this.#job.clock;
    return new PulseQueue(this.#job, ({ time }) => Math.round(time / stepSize));
  }

  #states(): Float64Array {
    return new Float64Array(this.#memory.buffer, this.#at.y, this.#job.model.states.length * this.#at.n);
  }

  /** Repeats a chunk step by step, if a lane failed in it, to see when; the same steps give identical results. */
  #findFailures(step: number, steps: number): void {
    const y = this.#states();
    if (this.#failed(y).every((lane) => !Number.isNaN(this.failedAt[lane]))) return;
    const at = this.#at;
    // Each step alone writes its sample where the chunk's first one is.
    const { recorded, clock } = this.#job;
    const sampled = rowsAt(this.#memory, at, at.window, Math.ceil(steps / clock.samplingSteps) * recorded.length);
    const samples = sampled.slice();
    y.set(this.#before);
    for (let next = step; next < step + steps; next++) {
      const start = y.slice();
      this.#prepare(next, 1);
      this.#stepper.takeInPlace(at, next);
      for (const lane of this.#failed(y)) if (Number.isNaN(this.failedAt[lane])) this.#fail(lane, start, next + 1);
    }
    sampled.set(samples);
  }

  /** Says why the states of a lane are not finite after `step` steps, which were at `start` before the last of them. */
  #fail(lane: number, start: Float64Array, step: number): void {
    const { stepSize } = this.#job.clock;
    const y = this.#states();
    const { n } = this.#at;
    const ofLane = (rows: Float64Array) => rows.filter((_, i) => i % n === lane);
    const [end, before] = [ofLane(y), ofLane(start)];
    const slopes = ofLane(this.#slopesAt(start, (step - 1) * stepSize));
    const isNone = (values: Float64Array) => values.findIndex(Number.isNaN);
    const huge = this.#job.arithmetic.precision === "float32" ? HUGE_SINGLE : HUGE;
    const isLarge = end.some((value) => Math.abs(value) === Number.POSITIVE_INFINITY) || before.some((value) => Math.abs(value) > huge);
    // What grows by much of itself within a step overflows in a stage, and then one infinity is taken from another.
    const grows = before.some(
      (value, row) => Number.isNaN(end[row]) && value * slopes[row] > 0 && stepSize * Math.abs(slopes[row]) > GROWTH * Math.abs(value),
    );
    const isDiverged = isLarge || (isNone(slopes) < 0 && grows);
    this.failedAt[lane] = (isDiverged ? step : step - 1) * stepSize;
    this.failures.reasons[lane] = reasonOf(isDiverged ? "diverged" : "not_a_number");
    if (isDiverged) return;
    // Where the slope is a number, that of a stage was none.
    this.failures.variables[lane] = isNone(slopes) >= 0 ? isNone(slopes) : isNone(end);
  }

  /**
   * The shortest time in which a state of the block that is loaded would decay by itself, 1/|d f / d y| where that is negative, by
   * differences; undefined where none does.
   */
  shortestTime(): { time: number; row: number; lane: number } | undefined {
    const { n } = this.#at;
    const rows = this.#job.model.states.length;
    const start = this.#states().slice();
    const slopes = this.#slopesAt(start, 0);
    let shortest: { time: number; row: number; lane: number } | undefined;
    for (let row = 0; row < rows; row += Math.ceil(rows / MOST_LOOKED_AT)) {
      const moved = start.map((value, i) => (Math.floor(i / n) === row ? value + 1e-6 * Math.abs(value) + 1e-8 : value));
      const changed = this.#slopesAt(moved, 0);
      for (let lane = 0; lane < this.#block.lanes; lane++) {
        const i = row * n + lane;
        const time = (start[i] - moved[i]) / (changed[i] - slopes[i]);
        if (time > 0 && time < (shortest?.time ?? Number.POSITIVE_INFINITY)) shortest = { time, row, lane };
      }
    }
    return shortest;
  }

  /** The slopes of all lanes at some states, with the inputs that are in place. */
  #slopesAt(states: Float64Array, time: number): Float64Array {
    const { t, y: address, dy, p, n } = this.#at;
    const y = this.#states();
    const end = y.slice();
    y.set(states);
    rowsAt(this.#memory, this.#at, t, this.#job.model.timeRows ?? 1).fill(time);
    this.#model.rhs(t, address, dy, p, n);
    y.set(end);
    return rowsAt(this.#memory, this.#at, dy, this.#job.model.states.length).slice();
  }

  /** Lanes of the block with a state that is not finite. */
  #failed(y: Float64Array): number[] {
    const { n } = this.#at;
    const failed = new Set<number>();
    for (let i = 0; i < y.length; i++) if (!Number.isFinite(y[i])) failed.add(i % n);
    return [...failed].filter((lane) => lane < this.#block.lanes);
  }
}

/** Lanes of the rows of a block: as many as fill vectors, but for a module that computes one lane alone. */
function rowLanes({ model, arithmetic }: Pick<FixedJob, "model" | "arithmetic">, lanes: number): number {
  const inVector = lanesOfVector(arithmetic);
  return model.isSingle ? 1 : Math.ceil(lanes / inVector) * inVector;
}

/** Zero times a number is zero where that is finite, and NaN else: the sum needs no branch and boxes no value, of which there may be millions. */
function allFinite(values: Float64Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += 0 * values[i];
  return sum === 0;
}
