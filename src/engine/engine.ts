import type { PointEquilibria } from "../continuation/point-equilibria.ts";
import type { FinalState } from "../kernel/final-state.ts";
import { type Integrator, Kernel } from "../kernel/kernel.ts";
import { type NoiseFloor, NoiseFloors } from "../kernel/noise-floor.ts";
import { platformCall } from "../platform/failure.ts";
import { Features, fieldFeatures } from "../reduce/features.ts";
import type { Values } from "../reduce/reducer.ts";
import { Trace } from "../reduce/trace.ts";
import { type Block, type Job, pointOf } from "../sweep/job.ts";
import type { Samples } from "../sweep/trace-type.ts";
import { randomPoints } from "./random.ts";
import { type BlockResult, isPortable, type SweepTask, type TraceFloor } from "./task.ts";

/** Called between chunks with the steps that the block has taken; what it returns is waited for. It may throw, to stop the block. */
export type Between = (steps: number, integrator: Pick<Integrator, "reached">) => Promise<void> | undefined;

/** What integrates in one thread: a kernel, kept from block to block of a job. */
export class Engine {
  readonly #task: SweepTask;
  #kernel: { integrator: Integrator; job: number; lanes: number; chunk: ChunkSize } | undefined;
  #equilibria: { of: PointEquilibria; job: number } | undefined;

  constructor(task: SweepTask) {
    this.#task = task;
  }

  /** Integrates a block to its end. Results are identical whichever blocks came before, and however often it is interrupted. */
  async run(block: Block, between: Between): Promise<BlockResult> {
    const { integrator, chunk } = await this.#kernelFor(block);
    const equilibria = await this.#equilibriaOf(block);
    const run = platformCall(() => new BlockRun(this.#task, { kernel: integrator, equilibria }, block));
    for (;;) {
      const start = performance.now();
      if (!run.advance(chunk.steps)) return run.finish();
      chunk.learn(integrator.effort, performance.now() - start);
      const waiting = between(integrator.step, integrator);
      if (waiting) await waiting;
    }
  }

  /** Loaded where a feature asks for it. */
  async #equilibriaOf({ job }: Block): Promise<PointEquilibria | undefined> {
    const { jobs, features } = this.#task;
    const { field, values } = jobs[job];
    const asked = fieldFeatures(features);
    if (!field || asked.length === 0) return undefined;
    if (this.#equilibria?.job !== job) {
      const { PointEquilibria } = await import("../continuation/point-equilibria.ts");
      const of = platformCall(() => new PointEquilibria(field, { columns: values, counts: asked.includes("equilibria") }));
      this.#equilibria = { of, job };
    }
    return this.#equilibria.of;
  }

  async #kernelFor({ job, lanes }: Block) {
    if (this.#kernel?.job !== job || this.#kernel.lanes < lanes) {
      this.#kernel = { integrator: await makeKernel(this.#task.jobs[job], lanes), job, lanes, chunk: new ChunkSize() };
    }
    return this.#kernel;
  }
}

/** What adaptive solvers alone need is loaded for them. */
async function makeKernel(job: Job, lanes: number): Promise<Integrator> {
  if (!job.adaptive) return platformCall(() => new Kernel(job, lanes));
  const { AdaptiveKernel } = await import("../kernel/adaptive.ts");
  return platformCall(() => new AdaptiveKernel(job, lanes));
}

/** What a block runs by. */
interface Tools {
  kernel: Integrator;
  equilibria: PointEquilibria | undefined;
}

/** One block of a plan as it runs: its kernel's windows go to the trace, if traces are kept, and to the features, as they come. */
class BlockRun {
  readonly #kernel: Integrator;
  readonly #equilibria: PointEquilibria | undefined;
  readonly #job: Job;
  readonly #block: Block;
  readonly #floors: boolean;
  readonly #trace: Trace | undefined;
  readonly #features: Features;

  constructor({ jobs, traces, traceType, features, floors = false }: SweepTask, { kernel, equilibria }: Tools, block: Block) {
    const job = jobs[block.job];
    const { clock, recorded } = job;
    const { sampleCount } = clock;
    const { lanes } = block;
    this.#kernel = kernel;
    this.#equilibria = equilibria;
    this.#job = job;
    this.#block = block;
    this.#floors = floors;
    const isRandom = randomPoints(job);
    this.#trace = traces ? new Trace({ sampleCount, variables: recorded.length, lanes, traceType }) : undefined;
    this.#features = new Features(features, {
      ...{ lanes, sampleCount, settles: job.adaptive !== undefined },
      isRandom: (lane) => isRandom(pointOf(job, block, lane)),
    });
    kernel.load(block);
  }

  /** Runs the next chunk of steps (attempts, where lanes step alone), at most `most` of them; false when the block is at its end. */
  advance(most?: number): boolean {
    const window = platformCall(() => this.#kernel.advance(most));
    if (window === undefined) return false;
    this.#trace?.add(window);
    this.#features.add(window);
    return true;
  }

  /** What became of the block, once it is at its end. */
  finish(): BlockResult {
    const { failedAt, failures, costs } = this.#kernel;
    const { recorded } = this.#job;
    const final = platformCall(() => this.#kernel.final());
    const finalStates = this.#finalStates(final);
    const floors = platformCall(() => new NoiseFloors(final));
    const fieldValues = this.#fieldValues(final);
    const features = this.#features.finish({ failedAt, failures, fieldValues }, (variable, settled) =>
      floors.variable(recorded[variable], settled),
    );
    const { hidden = 0 } = this.#job;
    const traces = (this.#trace?.finish() ?? []).slice(0, recorded.length - hidden);
    const told = hasFailed(failedAt) ? { failures } : {};
    const ofTraces = this.#floors ? { floors: traces.map((trace, i) => this.#floorsOf(trace, floors.variable(recorded[i]))) } : {};
    return { block: this.#block, traces, features, failedAt, ...told, ...ofTraces, ...finalStates, ...(costs ? { costs } : {}) };
  }

  /** What features tell of the equations at each lane's point, and of where its states have come to. */
  #fieldValues({ y, n }: FinalState): Record<string, Values> {
    const { field } = this.#job;
    const equilibria = this.#equilibria;
    if (!field || !equilibria) return {};
    const { failedAt } = this.#kernel;
    const { lanes } = this.#block;
    const made = {
      equilibria: new Float64Array(lanes),
      stability: new Array<string>(lanes).fill(""),
      leadingEigenvalue: new Float64Array(lanes),
    };
    for (let lane = 0; lane < lanes; lane++) {
      if (!Number.isNaN(failedAt[lane])) continue;
      const end = Float64Array.from(field.states, (row) => y[row * n + lane]);
      const facts = equilibria.at(pointOf(this.#job, this.#block, lane), end);
      made.equilibria[lane] = facts.equilibria;
      made.stability[lane] = facts.stability;
      made.leadingEigenvalue[lane] = facts.leadingEigenvalue;
    }
    return made;
  }

  /** The states at the end that the job asks for. */
  #finalStates({ y, n }: FinalState): { finalStates?: Float64Array[] } {
    const { finalStates } = this.#job;
    if (finalStates.length === 0) return {};
    const { failedAt } = this.#kernel;
    const ofRow = (row: number) => Float64Array.from(failedAt, (time, lane) => (Number.isNaN(time) ? y[row * n + lane] : Number.NaN));
    return { finalStates: finalStates.map(ofRow) };
  }

  /** The noise floor of each lane's trace of a variable. */
  #floorsOf(trace: Samples, floor: NoiseFloor): TraceFloor[] {
    const { sampleCount } = this.#job.clock;
    return Array.from({ length: this.#block.lanes }, (_, lane) => {
      const size = largestSize(trace.subarray(lane * sampleCount, (lane + 1) * sampleCount));
      return { unit: floor.unit(lane, size), floor: floor.of(lane, size) };
    });
  }
}

/** Whether a lane has failed: a loop, as a callback would box every number. */
function hasFailed(failedAt: Float64Array): boolean {
  for (let lane = 0; lane < failedAt.length; lane++) if (!Number.isNaN(failedAt[lane])) return true;
  return false;
}

/** The largest |x| of a trace. */
function largestSize(trace: Samples): number {
  let most = 0;
  for (const x of trace) most = Math.max(most, Math.abs(x));
  return most;
}

/** How long one chunk of steps may take, in ms: the thread cannot turn to anything else before it ends. */
const CHUNK = 4;
const FIRST = 64;

/** How many steps a kernel takes at a time: as many as the thread can be spared for, found out while it runs. Results are identical for any. */
class ChunkSize {
  /** Steps of the next chunk. */
  steps = FIRST;

  /** Learns that `steps` steps took `ms`. */
  learn(steps: number, ms: number): void {
    const fitting = ms > 0 ? (steps * CHUNK) / ms : Number.POSITIVE_INFINITY;
    this.steps = Math.max(1, Math.floor(Math.min(fitting, 4 * this.steps, 2 ** 30)));
  }
}

/**
 * How long a measurement takes, and one look of it, in ms. The fastest look counts: engines begin with slow code, and cores are shared. Where other
 * processes take the core, 12 ms may be a single look, which the making of the kernel is in: then it goes on, for at most 60 ms.
 */
const ENOUGH = 12;
const MOST = 60;
const LOOK = 1;
const LOOKS = 6;

const measured = Symbol("measured");

/**
 * Steps that this thread takes in a ms of a block's points together, measured in 12 to 60 ms. Reducers of the caller's own are left out. Where
 * lanes step alone, some parts of a run take more attempts than others: all looks count then but the first, which slow code is in.
 */
export async function measureRate(task: SweepTask, block: Block): Promise<number> {
  const features = isPortable(task) ? task.features : { ...task.features, groups: [], parts: [], unsure: [] };
  const engine = new Engine({ ...task, features });
  const isEven = task.jobs[block.job].adaptive === undefined;
  const start = performance.now();
  let look = { since: start, steps: 0 };
  let before = 0;
  let rate = 0;
  let looks = 0;
  const between: Between = (_, { reached }) => {
    const now = performance.now();
    look.steps += (reached - before) * block.lanes;
    before = reached;
    if (now - look.since < LOOK || look.steps === 0) return undefined;
    rate = Math.max(isEven ? rate : 0, look.steps / (now - look.since));
    if (isEven || looks === 0) look = { since: now, steps: 0 };
    looks++;
    const isLong = isEven || (looks > 1 && now - look.since > ENOUGH);
    if (isLong && now - start > (isEven && looks >= LOOKS ? ENOUGH : MOST)) throw measured;
    return undefined;
  };
  try {
    for (;;) {
      before = 0;
      await engine.run(block, between);
    }
  } catch (error) {
    if (error !== measured) throw error;
  }
  return rate;
}
