import { link } from "../model/wasm.ts";
import type { AdaptiveJob, Block } from "../sweep/job.ts";
import { adaptive as embedded } from "./adaptive.generated.ts";
import { areWhole } from "./adaptive-inputs.ts";
import {
  type AdaptiveChunk,
  type AdaptiveLayout,
  adaptiveLayout,
  clearLanes,
  clearSlots,
  DIVERGED,
  LIMITED,
  readLanes,
  writeChunk,
  writeLookups,
} from "./adaptive-layout.ts";
import { linkNoise, linkToModel, type ModelExports, type NoiseExports } from "./core.ts";
import { fillDrives, prepareDrives } from "./drives.ts";
import type { Costs, Integrator, SampleWindow } from "./kernel.ts";
import { writeTables } from "./layout.ts";
import { loadValues } from "./load.ts";

/** What adaptive.wasm exports: for each method `name` and `nameBegin`, and what all share (assembly/adaptive/index.ts). */
type Exports = Record<string, (block: number, attempts?: number) => number>;

/** Memory, an adaptive method and a model linked together: each lane steps alone. */
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
  #rows = 0;
  effort = 0;

  /** `lanes` is the largest number of points that a block will have. */
  constructor(job: AdaptiveJob, lanes: number) {
    this.#job = job;
    this.#at = adaptiveLayout(job, lanes + (lanes % 2));
    this.#memory = new WebAssembly.Memory({ initial: this.#at.pages });
    this.#model = link<ModelExports>(job.model.module, this.#memory);
    this.#solver = linkToModel<Exports>(embedded, this.#memory, this.#model);
    this.#noise = job.inputSources.some((drive) => drive.kind === "noise") ? linkNoise(this.#memory) : undefined;
  }

  get step(): number {
    return this.#step;
  }

  /** Puts a block's parameters and initial values in place. An odd block gets one more lane, which has nothing to do. */
  load(block: Block): void {
    const job = this.#job;
    const lanes = block.lanes + (block.lanes % 2);
    // Blocks of one size lie alike.
    if (lanes !== this.#at.n) this.#at = adaptiveLayout(job, lanes);
    const at = this.#at;
    this.#block = block;
    this.#chunk = undefined;
    this.#begun = false;
    this.#step = 0;
    this.#rows = 0;
    loadValues(job, at, block, this.#memory);
    writeTables(job, at, this.#memory);
    writeLookups(job, at, this.#memory);
    if (job.model.derived > 0) this.#model.derive(at.p, at.n);
    prepareDrives(job, at, block, this.#memory);
    clearLanes(at, this.#memory, block.lanes);
  }

  /** Makes at most `attempts` attempts of the chunk that is under way. Its window comes when no lane has anything left to do in it. */
  advance(attempts = 4096): SampleWindow | undefined {
    if (!this.#chunk && this.#step >= this.#job.clock.inputSteps) return undefined;
    const { header } = this.#at;
    this.#chunk ??= this.#open();
    const { name } = this.#job.solver;
    const most = Math.max(1, Math.min(attempts, 2 ** 30));
    const busy = this.#solver[name](header, most);
    this.effort = Math.max(1, new Int32Array(this.#memory.buffer)[header / 4 + 18]);
    return busy > 0 ? this.#window(0, 0) : this.#close(this.#chunk);
  }

  /** Begins the next chunk. */
  #open(): AdaptiveChunk {
    const [job, at, memory, step] = [this.#job, this.#at, this.#memory, this.#step];
    const { inputStep, inputSteps, sampleCount } = job.clock;
    const steps = Math.min(at.chunkSteps, inputSteps - step);
    const last = step + steps === inputSteps;
    const end = last ? job.adaptive.simulationTime : (step + steps) * inputStep;
    const from = Math.max(0, step - at.around);
    const chunk = { step, steps, end, row: this.#rows, rowEnd: last ? sampleCount : this.#rowsBefore(end), from };
    const to = Math.min(inputSteps, step + steps + at.around + 1);
    if (!this.#begun || !areWhole(job)) fillDrives({ job, at, block: this.#block, memory, step: from, steps: to - from }, this.#noise);
    writeChunk(job, at, memory, chunk);
    clearSlots(at, memory, chunk.rowEnd - chunk.row);
    this.#solver.chunk(at.header);
    if (!this.#begun) this.#solver[`${job.solver.name}Begin`](at.header);
    this.#begun = true;
    return chunk;
  }

  #close({ step, steps, row, rowEnd }: AdaptiveChunk): SampleWindow {
    this.#solver.recordSamples(this.#at.header);
    this.#chunk = undefined;
    this.#step = step + steps;
    this.#rows = rowEnd;
    return this.#window(row, rowEnd - row);
  }

  #window(first: number, samples: number): SampleWindow {
    const takes = this.#job.recorded.length;
    const { n, window } = this.#at;
    return { first, samples, variables: takes, n, data: new Float64Array(this.#memory.buffer, window, samples * takes * n) };
  }

  /** How many rows of the results have labels before `time`. */
  #rowsBefore(time: number): number {
    const { firstSample, samplingStep, sampleCount } = this.#job.clock;
    let row = Math.max(this.#rows, Math.floor(time / samplingStep) - 1 - firstSample);
    while (row < sampleCount && (firstSample + row) * samplingStep < time) row++;
    return Math.min(row, sampleCount);
  }

  get failedAt(): Float64Array {
    return this.#each((lane) => (lane.status === DIVERGED || lane.status === LIMITED ? lane.failedAt : Number.NaN));
  }

  get costs(): Costs {
    return {
      nfev: this.#each(({ nfev }) => nfev),
      accepted: this.#each(({ accepted }) => accepted),
      rejected: this.#each(({ rejected }) => rejected),
      limited: this.#each(({ status }) => (status === LIMITED ? 1 : 0)),
    };
  }

  #each(value: (lane: ReturnType<ReturnType<typeof readLanes>>) => number): Float64Array {
    const lane = readLanes(this.#at, this.#memory);
    return Float64Array.from({ length: this.#block.lanes }, (_, i) => value(lane(i)));
  }
}
