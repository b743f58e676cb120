import { link, newMemory } from "../model/wasm.ts";
import type { AdaptiveJob, Block } from "../sweep/job.ts";
import { type FailureStatus, type Failures, reasonOf } from "../sweep/status.ts";
import { adaptive as embedded } from "./adaptive.generated.ts";
import { hasAllSamples } from "./adaptive-inputs.ts";
import { ATTEMPTS_AHEAD, BlockJumps } from "./adaptive-jumps.ts";
import {
  type AdaptiveChunk,
  type AdaptiveLayout,
  adaptiveLayout,
  clearLanes,
  clearSamples,
  readAttempts,
  readLanes,
  resumeLanes,
  writeChunk,
  writeLookups,
} from "./adaptive-layout.ts";
import { clipStates } from "./bounds.ts";
import { linkNoise, linkToModel, type ModelExports, type NoiseExports } from "./core.ts";
import { FinalState } from "./final-state.ts";
import { fillSamples, prepareSources } from "./input-sources.ts";
import type { Costs, Integrator, SampleWindow } from "./kernel.ts";
import { loadValues } from "./memory.ts";
import { PulseQueue } from "./pulses.ts";
import { DIVERGED, LIMITED, NOT_A_NUMBER, UNDERFLOW } from "./structs.generated.ts";

/** What adaptive.wasm exports: for each method `name` and `nameBegin`, and what all share (assembly/adaptive/index.ts). */
type Exports = Record<string, (block: number, attempts?: number) => number>;

/** The status of a lane that failed. */
const reasons: Readonly<Record<number, FailureStatus>> = {
  [DIVERGED]: "diverged",
  [NOT_A_NUMBER]: "not_a_number",
  [UNDERFLOW]: "step_underflow",
  [LIMITED]: "step_limit",
};

/** Memory, an adaptive method and a model linked together: each lane has its own adaptive step size. */
export class AdaptiveKernel implements Integrator {
  readonly #job: AdaptiveJob;
  readonly #memory: WebAssembly.Memory;
  readonly #model: ModelExports;
  readonly #noise: NoiseExports | undefined;
  readonly #solver: Exports;
  #at: AdaptiveLayout;
  #block: Block = { job: 0, first: 0, lanes: 0 };
  /** The chunk that is under way. */
  #chunk: AdaptiveChunk | undefined;
  #begun = false;
  #step = 0;
  #sample = 0;
  #pulses: PulseQueue;
  effort = 0;
  #jumps: BlockJumps | undefined;

  /** `lanes` is the largest number of points that a block will have. */
  constructor(job: AdaptiveJob, lanes: number) {
    this.#job = job;
    this.#pulses = pulsesFromStart(job);
    this.#at = adaptiveLayout(job, lanes + (lanes % 2));
    this.#memory = newMemory(this.#at.pages);
    const model = link<ModelExports>(job.model.module, this.#memory);
    this.#model = model.exports;
    this.#solver = linkToModel<Exports>(embedded, this.#memory, model.imports);
    this.#noise = job.inputSources.some(({ kind }) => kind === "noise") ? linkNoise(this.#memory) : undefined;
  }

  get step(): number {
    return this.#step;
  }

  get reached(): number {
    const { inputStep, inputSteps } = this.#job.clock;
    const status = this.#lanes("status");
    const steps = this.#lanes("t").map((t, i) => (Object.hasOwn(reasons, status[i]) ? inputSteps : Math.min(t / inputStep, inputSteps)));
    return steps.reduce((sum, each) => sum + each, 0) / steps.length;
  }

  /** Puts a block's parameters and initial values in place. An odd block gets one more lane, which has nothing to do. */
  load(block: Block): void {
    const job = this.#job;
    const lanes = block.lanes + (block.lanes % 2);
    // Blocks of one size have the same layout.
    if (lanes !== this.#at.n) this.#at = adaptiveLayout(job, lanes);
    const at = this.#at;
    this.#block = block;
    this.#chunk = undefined;
    this.#begun = false;
    this.#step = 0;
    this.#sample = 0;
    loadValues({ job, at, block, memory: this.#memory });
    clipStates(job, at, this.#memory);
    this.#pulses = pulsesFromStart(job);
    if (this.#pulses.next === 0) this.#pulses.apply(at, block, this.#memory);
    writeLookups(job, at, this.#memory);
    if (job.model.derived > 0) this.#model.derive(at.p, at.n);
    prepareSources(job, at, block, this.#memory);
    clearLanes(at, this.#memory, block.lanes);
    this.#jumps = job.model.timeProgram ? new BlockJumps(job, at, block.lanes, this.#memory) : undefined;
  }

  /** Makes at most `attempts` attempts of the chunk that is under way. Its window comes when no lane has anything left to do in it. */
  advance(attempts = 4096): SampleWindow | undefined {
    if (!this.#chunk && this.#step >= this.#job.clock.inputSteps) return undefined;
    const { header } = this.#at;
    this.#chunk ??= this.#open();
    const { name } = this.#job.solver;
    this.#jumps?.write();
    const most = Math.max(1, Math.min(attempts, this.#jumps ? ATTEMPTS_AHEAD : 2 ** 30));
    const busy = this.#solver[name](header, most);
    this.effort = Math.max(1, readAttempts(this.#at, this.#memory));
    return busy > 0 ? this.#window(0, 0) : this.#close(this.#chunk);
  }

  /** Begins the next chunk. */
  #open(): AdaptiveChunk {
    const [job, at, memory, step] = [this.#job, this.#at, this.#memory, this.#step];
    const { inputStep, inputSteps, sampleCount } = job.clock;
    const steps = Math.min(at.chunkSteps, inputSteps - step);
    const isLast = step + steps === inputSteps;
    const wholeEnd = isLast ? job.adaptive.simulationTime : (step + steps) * inputStep;
    // Where pulses come within it, or at its end, it ends there; no lane goes beyond them.
    const pulse = this.#pulses.next;
    const isPulse = pulse <= wholeEnd;
    const end = isPulse ? pulse : wholeEnd;
    const endTime = Math.min(pulse, job.adaptive.simulationTime);
    const from = Math.max(0, step - at.around);
    const sampleEnd = isLast && !isPulse ? sampleCount : this.#samplesBefore(end);
    const chunk = { step, steps, end, endTime, isPulse, sample: this.#sample, sampleEnd, from };
    const to = Math.min(inputSteps, step + steps + at.around + 1);
    if (!this.#begun || !hasAllSamples(job))
      fillSamples({ job, at, block: this.#block, memory, step: from, steps: to - from }, this.#noise);
    writeChunk(job, at, memory, chunk);
    clearSamples(at, memory, chunk.sampleEnd - chunk.sample);
    this.#solver.chunk(at.header);
    if (!this.#begun) this.#solver[`${job.solver.name}Begin`](at.header);
    this.#begun = true;
    return chunk;
  }

  #close({ step, steps, end, isPulse, sample, sampleEnd }: AdaptiveChunk): SampleWindow {
    this.#solver.recordSamples(this.#at.header);
    this.#chunk = undefined;
    if (isPulse) {
      resumeLanes(this.#job, this.#at, this.#memory, this.#block.lanes, end);
      this.#pulses.apply(this.#at, this.#block, this.#memory);
    } else this.#step = step + steps;
    this.#sample = sampleEnd;
    return this.#window(sample, sampleEnd - sample);
  }

  #window(first: number, samples: number): SampleWindow {
    const variables = this.#job.recorded.length;
    const { n, window } = this.#at;
    return { first, samples, variables, n, data: new Float64Array(this.#memory.buffer, window, samples * variables * n) };
  }

  /** How many samples are before `time`. */
  #samplesBefore(time: number): number {
    const { firstSample, samplingStep, sampleCount } = this.#job.clock;
    let sample = Math.max(this.#sample, Math.floor(time / samplingStep) - 1 - firstSample);
    while (sample < sampleCount && (firstSample + sample) * samplingStep < time) sample++;
    return Math.min(sample, sampleCount);
  }

  get failedAt(): Float64Array {
    const status = this.#lanes("status");
    return this.#lanes("failedAt").map((time, i) => (Object.hasOwn(reasons, status[i]) ? time : Number.NaN));
  }

  get failures(): Failures {
    return {
      reasons: Uint8Array.from(this.#lanes("status"), (status) => reasonOf(reasons[status] ?? "diverged")),
      variables: Int32Array.from(this.#lanes("variable")),
    };
  }

  final(): FinalState {
    return new FinalState(this.#job, this.#memory, this.#model, { ...this.#at, dy: this.#at.firstSlopes });
  }

  get costs(): Costs {
    return {
      nfev: this.#lanes("nfev"),
      accepted: this.#lanes("accepted"),
      rejected: this.#lanes("rejected"),
    };
  }

  #lanes(field: Parameters<typeof readLanes>[3]): Float64Array {
    return readLanes(this.#at, this.#memory, this.#block.lanes, field);
  }
}

function pulsesFromStart(job: AdaptiveJob): PulseQueue {
  return new PulseQueue(job, ({ time }) => time);
}
