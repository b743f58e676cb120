import type { FixedClock } from "../sweep/clock.ts";
import type { FixedJob, InputSource, Job, RecordedVariable } from "../sweep/job.ts";
import { SCRATCH_BYTES, SOURCE_BYTES, SPARE_SAMPLES } from "./layout-source.ts";
import { placeTree, type TreeLayout } from "./layout-tree.ts";
import { hasPaths, placeWiener, type WienerLayout, writeWiener } from "./layout-wiener.ts";

// The only file that knows an address, with its neighbours layout-*.ts. Memory of a kernel, from address 64 on, each part 16-byte aligned:
//
//   Block header | Drive table | take table | noise Sources, streams and trees | Philox scratch | Read table
//   t | y | dy | work | p: params, inputs, delayed values, derived | out       rows of n lanes
//   delays in steps, a row for each delayed value | the start, a row for each delay line | slots of such rows, one a step
//   samples of each drive for one chunk | window: samples of `takes` rows | noise on variables
//
// The headers are the structs of assembly/block.ts and assembly/noise/samples.ts, field by field.

export const START = 64;
export const LANE_BYTES = 8;
export const PAGE_BYTES = 65536;
const HEADER_BYTES = 112;
const DRIVE_BYTES = 24;
const READ_BYTES = 24;
/** A chunk's window and its drives' samples each stay below this, so that they keep to the second-level cache. */
export const CHUNK_BYTES = 262144;
/** Kernels run in chunks, so that the engine can replace baseline code and the caller can stop. */
const CHUNK_STEPS = 1000;
/** The same where there are delay lines: they remember a chunk more than they need, so that it can be repeated. */
const DELAYED_CHUNK_STEPS = 250;
/** Fewer steps than this are not worth a chunk, however much noise there is. */
const LEAST_STEPS = 64;

/** Where the rows are that variables stand in. */
export interface Rows {
  n: number;
  y: number;
  p: number;
  out: number;
}

/** Where samples of drives are made. */
export interface DriveRoom {
  n: number;
  sources: number;
  scratch: number;
  /** Each drive's table of streams, one a lane. */
  streams: number[];
  /** The tree of each drive that is an Ornstein-Uhlenbeck process. */
  trees: (TreeLayout | undefined)[];
  /** First byte of each drive's samples. */
  samples: number[];
}

/** Addresses, in bytes, and sizes of one block's memory. */
export interface Layout extends Rows, DriveRoom {
  header: number;
  driveTable: number;
  takeTable: number;
  reads: number;
  t: number;
  dy: number;
  work: number;
  /** The model's tables: right behind the rows of p. */
  tables: number;
  /** Delayed values: the rows of p behind the inputs. */
  delayed: number;
  delays: number;
  start: number;
  history: number;
  /** Slots of the delay lines: a power of two. */
  slots: number;
  window: number;
  wiener: WienerLayout;
  /** Most steps in a chunk, and most samples. */
  chunkSteps: number;
  pages: number;
}

/** Whether each lane has samples of its own for drive `i`. */
export function isPerLane(job: Job, i: number): boolean {
  const drive = job.inputSources[i];
  return drive.kind === "columns" || (drive.kind === "noise" && (!drive.noise.shared || job.replicates.each > 1));
}

/** Steps of a chunk: a thousand, or as many as fit the cache. */
function stepsOfChunk(job: FixedJob, n: number): number {
  const sampleBytes = Math.max(1, job.recorded.length) * n * LANE_BYTES;
  const samples = Math.max(1, Math.floor(CHUNK_BYTES / sampleBytes));
  const driven = job.inputSources.some((_, i) => isPerLane(job, i)) ? Math.floor(CHUNK_BYTES / (n * LANE_BYTES)) : CHUNK_STEPS;
  // A network may have noise on each of its nodes.
  const paths = job.wiener.filter((term) => hasPaths(job, term)).length;
  const noisy = paths > 0 ? Math.max(LEAST_STEPS, Math.floor(CHUNK_BYTES / (n * LANE_BYTES * paths))) : CHUNK_STEPS;
  return Math.min(job.model.history ? DELAYED_CHUNK_STEPS : CHUNK_STEPS, samples * job.clock.samplingSteps, driven, noisy);
}

/** Slots of the delay lines: the longest delay, the step before it, the present, and a chunk. */
function slotsOf({ model, longestDelay }: Job): number {
  if (!model.history) return 0;
  let slots = 2;
  while (slots < longestDelay + 2 + DELAYED_CHUNK_STEPS) slots *= 2;
  return slots;
}

/** Bytes of the delay lines of one lane. */
export function historyBytes(job: Job): number {
  return slotsOf(job) * (job.model.history?.lines ?? 0) * LANE_BYTES;
}

/** Bytes of all other rows of one lane. */
export function laneBytes({ model, solver }: Pick<Job, "model" | "solver">): number {
  const { states, params, inputs, outputs, derived, history: memory } = model;
  const own = solver.work + (solver.jacobian ? states.length : 0);
  const rows = states.length * (2 + own) + params.length + inputs.length + derived + outputs.length;
  return (rows + 2 * (memory?.delayed.length ?? 0)) * LANE_BYTES;
}

/** Places everything for a block of n lanes. */
export function layout(job: FixedJob, n: number): Layout {
  let end = START;
  const place = (bytes: number): number => {
    const address = end;
    end += Math.ceil(bytes / 16) * 16;
    return address;
  };
  const rows = (count: number) => place(count * n * LANE_BYTES);
  const { model, solver, inputSources, recorded } = job;
  const { lines = 0, delayed = [] } = model.history ?? {};
  const chunkSteps = stepsOfChunk(job, n);
  const slots = slotsOf(job);
  const placed = {
    n,
    header: place(HEADER_BYTES),
    driveTable: place(inputSources.length * DRIVE_BYTES),
    takeTable: place(recorded.length * 4),
    sources: place(inputSources.length * SOURCE_BYTES),
    streams: inputSources.map((_, i) => place(isPerLane(job, i) ? (n + 2) * 4 : 0)),
    trees: inputSources.map((drive, i) => (isTree(drive) ? placeTree(place, job.clock.stepSize, isPerLane(job, i) ? n : 0) : undefined)),
    scratch: place(SCRATCH_BYTES),
    reads: place(delayed.length * READ_BYTES),
    t: rows(model.timeRows ?? 1),
    y: rows(model.states.length),
    dy: rows(model.states.length),
    work: rows(solver.work * model.states.length),
    p: rows(model.params.length + model.inputs.length + delayed.length + model.derived),
    tables: place((model.tables?.length ?? 0) * 4),
    out: rows(model.outputs.length),
    delays: rows(delayed.length),
    start: rows(lines),
    history: rows(slots * lines),
    slots,
    samples: inputSources.map((_, i) => place((chunkSteps + SPARE_SAMPLES) * (isPerLane(job, i) ? n : 1) * LANE_BYTES)),
    window: rows((Math.ceil(chunkSteps / job.clock.samplingSteps) + 1) * recorded.length),
    wiener: placeWiener(place, job, { n, chunkSteps }),
    chunkSteps,
  };
  const delayedRows = placed.p + (model.params.length + model.inputs.length) * n * LANE_BYTES;
  return { ...placed, delayed: delayedRows, pages: Math.ceil(end / PAGE_BYTES) };
}

/** Rows of a block, from the address of the first. */
export function rowsAt(memory: WebAssembly.Memory, at: Layout, address: number, rows: number): Float64Array {
  return new Float64Array(memory.buffer, address, rows * at.n);
}

/** Writes the model's tables. */
export function writeTables({ model }: Job, at: { tables: number }, memory: WebAssembly.Memory): void {
  if (model.tables) new Int32Array(memory.buffer, at.tables, model.tables.length).set(model.tables);
}

/** Index of a row's first lane in the memory as f64. `kind` "input" rows stand after the parameters. */
export function rowIndex(job: Job, at: Rows, take: RecordedVariable): number {
  return rowAddress(job, at, take) / LANE_BYTES;
}

export function rowAddress({ model }: Job, at: Rows, { kind, row }: RecordedVariable): number {
  const rowBytes = at.n * LANE_BYTES;
  if (kind === "state") return at.y + row * rowBytes;
  if (kind === "output") return at.out + row * rowBytes;
  return at.p + (kind === "param" ? row : model.params.length + row) * rowBytes;
}

/** Writes the header of a block that is about to take step `step`, with the drives' present samples. */
export function writeHeader(job: FixedJob, at: Layout, memory: WebAssembly.Memory, step: number): void {
  const words = new Int32Array(memory.buffer);
  const driven = job.inputSources.filter((drive) => drive.kind !== "constant").length;
  const observes = job.recorded.some((take) => take.kind === "output") ? 1 : 0;
  const counts = [
    at.n,
    job.model.states.length,
    step,
    job.clock.samplingSteps,
    stepsUntilSample(job.clock, step),
    observes,
    driven,
    job.recorded.length,
  ];
  words.set(counts, at.header / 4);
  new Float64Array(memory.buffer)[(at.header + 32) / 8] = job.clock.stepSize;
  const { lines = 0, delayed = [] } = job.model.history ?? {};
  const delays = [
    delayed.length,
    at.reads,
    at.history,
    lines * at.n * LANE_BYTES,
    at.slots - 1,
    at.start,
    job.model.timeRows ?? 1,
    at.wiener.header,
  ];
  words.set([at.t, at.y, at.dy, at.work, at.p, at.out, at.driveTable, at.takeTable, at.window, ...delays], (at.header + 40) / 4);
  words.set(
    job.recorded.map((take) => rowAddress(job, at, take)),
    at.takeTable / 4,
  );
  writeWiener(job, at.wiener, memory, at.n, (take) => rowAddress(job, at, take));
  let entry = at.driveTable / 4;
  job.inputSources.forEach((drive, i) => {
    if (drive.kind === "constant") return;
    const hold = drive.kind === "noise" ? drive.hold : 1;
    const perLane = isPerLane(job, i);
    const stride = perLane ? at.n * LANE_BYTES : LANE_BYTES;
    const early = (Math.floor(step / hold) - firstSampleMade(job, i, step)) * stride;
    // What drives an input with noise goes to the row without it.
    const noisy = job.wiener.findIndex(({ kind, row }) => kind === "input" && row === drive.row);
    const row = noisy < 0 ? rowAddress(job, at, { kind: "input", row: drive.row }) : at.wiener.bases[noisy];
    words.set([row, at.samples[i] + early, stride, hold, hold - (step % hold), 0], entry);
    entry += DRIVE_BYTES / 4;
  });
}

/** Steps from `step` to the next sample that is kept. */
function stepsUntilSample({ firstSample, samplingSteps, sampleCount }: FixedClock, step: number): number {
  const start = firstSample * samplingSteps;
  if (sampleCount === 0) return 2 ** 31 - 1;
  if (step <= start) return start - step;
  return (samplingSteps - ((step - start) % samplingSteps)) % samplingSteps;
}

/** Number of the sample with which drive `i` begins its buffer when step `step` comes next: noise is made in groups. */
export function firstSampleMade(job: Job, i: number, step: number): number {
  const drive = job.inputSources[i];
  if (drive.kind !== "noise" || isTree(drive)) return step;
  const sample = Math.floor(step / drive.hold);
  return isPerLane(job, i) ? sample - (sample % 2) : sample - (sample % 8);
}

/** Whether a drive's samples are made by a tree. */
export function isTree(drive: InputSource): boolean {
  return drive.kind === "noise" && drive.noise.noise === "ornsteinUhlenbeck";
}

/** Writes the table of delayed values. `uniform` tells for each whether all lanes are equally late. */
export function writeReads({ model }: Job, at: Layout, memory: WebAssembly.Memory, uniform: readonly boolean[]): void {
  const words = new Int32Array(memory.buffer);
  const rowBytes = at.n * LANE_BYTES;
  model.history?.delayed.forEach(({ line, state, edge }, i) => {
    const read = [at.delayed + i * rowBytes, line * rowBytes, state === undefined ? -1 : state * rowBytes, at.delays + i * rowBytes];
    words.set([...read, uniform[i] ? 1 : 0, edge ? 0 : 1], (at.reads + i * READ_BYTES) / 4);
  });
}

/** Address of the noise Source of drive `i`. */
export function sourceAddress(at: DriveRoom, i: number): number {
  return at.sources + i * SOURCE_BYTES;
}
