import type { AdaptiveJob, InputSource, Job } from "../sweep/job.ts";
import { holdOf, isSampled, longestStep, sampleTime, segmentSteps, stepsAround, stopsOf } from "./adaptive-inputs.ts";
import {
  CHUNK_BYTES,
  type DriveRoom,
  firstSampleMade,
  isPerLane,
  isTree,
  LANE_BYTES,
  PAGE_BYTES,
  type Rows,
  rowAddress,
  START,
} from "./layout.ts";
import { SCRATCH_BYTES, SOURCE_BYTES } from "./layout-source.ts";
import { placeTree } from "./layout-tree.ts";

// Memory of a block whose lanes step alone, from START on, each part 16-byte aligned; the structs are those of assembly/adaptive/block.ts:
//
//   header | Signals | kept states | rows that a sample takes | noise Sources, streams and trees | Philox scratch | a Lane each
//   home: t | y | first slopes | p: params, inputs, derived | the model's tables | out         rows of n lanes
//   samples of each drive, for one chunk and what lanes look before and behind it
//   kept states of a chunk's samples | window: samples of `takes` rows | working rows (assembly/adaptive/lanes.ts)

const HEADER_BYTES = 288;
const SIGNAL_BYTES = 32;
const LANE_STRUCT_BYTES = 64;
/** A chunk's samples of states stay below this, so that they keep to the second-level cache: the longer a chunk, the less lanes wait. */
const SLOT_BYTES = 1048576;
/** Rows of a working lane that are no state's and no parameter's: its number, times, step, mask, norm, factor. */
const WORKING_ROWS = 7;
/** Samples of a drive are made in groups of eight, which may begin up to seven early. */
const SPARE_SAMPLES = 18;

/** Addresses, in bytes, and sizes of one block's memory. */
export interface AdaptiveLayout extends Rows, DriveRoom {
  header: number;
  signals: number;
  parts: number;
  stop: number;
  keep: number;
  dense: number;
  take: number;
  lanes: number;
  t: number;
  slope: number;
  tables: number;
  slots: number;
  window: number;
  work: number;
  /** States that a sample keeps. */
  kept: readonly number[];
  /** For each state its own number, or that of the other part of a complex one. */
  others: readonly number[];
  /** Times at which steps end. */
  stops: Float64Array;
  /** Steps of a chunk, and steps before and after it that a lane may look at. */
  chunkSteps: number;
  around: number;
  pages: number;
}

/** States that samples need: those that are taken, or all where algebraic variables are taken. */
function keptStates({ recorded, model }: Job): number[] {
  if (recorded.some(({ kind }) => kind === "output")) return model.states.map((_, i) => i);
  return [...new Set(recorded.filter(({ kind }) => kind === "state").map(({ row }) => row))].sort((a, b) => a - b);
}

/** Steps of a chunk: as many as the samples of states, and those of drives, leave room for. */
function stepsOfChunk(job: AdaptiveJob, n: number, kept: number): number {
  const sampleBytes = Math.max(1, kept, job.recorded.length) * n * LANE_BYTES;
  const fitting = Math.floor((SLOT_BYTES / sampleBytes) * (job.clock.samplingStep / job.clock.inputStep));
  const sampled = job.inputSources.some((_, i) => isSampled(job.inputSources[i]));
  const driven = job.inputSources.some((_, i) => isPerLane(job, i)) ? Math.floor(CHUNK_BYTES / (n * LANE_BYTES)) : 4096;
  return Math.max(1, Math.min(fitting, sampled ? driven : fitting, 2 ** 24));
}

/** How many rows a lane has, and the size of the model's tables. */
function rowsOf({ model, solver }: Job) {
  const states = model.states.length;
  return {
    states,
    parameters: model.params.length + model.inputs.length + model.derived,
    times: model.timeRows ?? 1,
    slopes: solver.work + (solver.jacobian ? states : 0),
    tableBytes: (model.tables?.length ?? 0) * 4,
  };
}

/** Places what does not grow with the lanes. */
function placeTables(place: (bytes: number) => number, { model, inputSources, recorded }: Job, count: { kept: number; stops: number }) {
  return {
    signals: place(inputSources.length * SIGNAL_BYTES),
    parts: place(model.states.length * 4),
    stop: place(count.stops * 8),
    keep: place(count.kept * 4),
    dense: place(count.kept * 56),
    take: place(recorded.length * 8),
  };
}

/** Places everything for a block of n lanes. */
export function adaptiveLayout(job: AdaptiveJob, n: number): AdaptiveLayout {
  let end = START;
  const place = (bytes: number): number => {
    const address = end;
    end += Math.ceil(bytes / 16) * 16;
    return address;
  };
  const rows = (count: number) => place(count * n * LANE_BYTES);
  const { model, inputSources, recorded } = job;
  const [kept, stops, around] = [keptStates(job), stopsOf(job), stepsAround(job)];
  const chunkSteps = stepsOfChunk(job, n, kept.length);
  const samples = (drive: InputSource) => Math.ceil((chunkSteps + 2 * around) / holdOf(drive)) + SPARE_SAMPLES;
  const rowsOfChunk = Math.ceil((chunkSteps * job.clock.inputStep) / job.clock.samplingStep) + 2;
  const { states, parameters, times, slopes, tableBytes } = rowsOf(job);
  const placed = {
    ...{ n, kept, others: partsOf(job), stops, chunkSteps, around },
    header: place(HEADER_BYTES),
    ...placeTables(place, job, { kept: kept.length, stops: stops.length }),
    sources: place(inputSources.length * SOURCE_BYTES),
    streams: inputSources.map((_, i) => place(isPerLane(job, i) ? (n + 2) * 4 : 0)),
    trees: inputSources.map((drive, i) => (isTree(drive) ? placeTree(place, job.clock.inputStep, isPerLane(job, i) ? n : 0) : undefined)),
    scratch: place(SCRATCH_BYTES),
    lanes: place(n * LANE_STRUCT_BYTES),
    t: rows(times),
    y: rows(states),
    slope: rows(states),
    p: rows(parameters),
    tables: place(tableBytes),
    out: rows(model.outputs.length),
    samples: inputSources.map((drive, i) => place(isSampled(drive) ? samples(drive) * (isPerLane(job, i) ? n : 1) * LANE_BYTES : 0)),
    slots: rows(rowsOfChunk * kept.length),
    window: rows(rowsOfChunk * recorded.length),
    work: rows(WORKING_ROWS + times + (3 + slopes) * states + parameters),
  };
  place(tableBytes + 16);
  return { ...placed, pages: Math.ceil(end / PAGE_BYTES) };
}

/** For each state its own number, or that of the other part of the complex state of which it is one. */
function partsOf({ model }: Job): number[] {
  const rows = new Map(model.states.map(({ path }, row) => [path, row]));
  return model.states.map(({ path }, row) => {
    const other = /\.re$/.test(path) ? path.replace(/re$/, "im") : path.replace(/\.im$/, ".re");
    return rows.get(other) ?? row;
  });
}

/** How many states there are, complex ones counted once. */
function componentsOf(parts: readonly number[]): number {
  return parts.filter((other, row) => other >= row).length;
}

/** What of a sweep one chunk is. */
export interface AdaptiveChunk {
  step: number;
  steps: number;
  /** Rows of the results: from `row` to before `rowEnd`. */
  row: number;
  rowEnd: number;
  /** Time at which it ends. */
  end: number;
  /** First step whose samples are at hand. */
  from: number;
}

/** Writes what stays the same for all chunks of a block: which states belong together, when inputs turn, and what a sample takes. */
export function writeLookups(job: Job, at: AdaptiveLayout, memory: WebAssembly.Memory): void {
  const words = new Int32Array(memory.buffer);
  words.set(at.others, at.parts / 4);
  new Float64Array(memory.buffer).set(at.stops, at.stop / 8);
  words.set(at.kept, at.keep / 4);
  words.set(job.recorded.flatMap(takenRow(job, at)), at.take / 4);
}

/** Writes the header and the signals for a chunk. */
export function writeChunk(job: AdaptiveJob, at: AdaptiveLayout, memory: WebAssembly.Memory, chunk: AdaptiveChunk): void {
  const words = new Int32Array(memory.buffer);
  const sampled = job.inputSources.flatMap((drive, i) => (isSampled(drive) ? [{ drive, i }] : []));
  words.set(countsOf(job, at, { chunk, sampled: sampled.length }), at.header / 4);
  new Float64Array(memory.buffer).set(numbersOf(job, chunk), (at.header + 80) / 8);
  const home = [at.lanes, at.t, at.y, at.slope, at.p, at.out];
  const tables = [at.signals, at.parts, at.stop, at.stops.length, at.keep, at.dense, at.slots, at.take, at.window, at.work];
  words.set([...home, ...tables], (at.header + 152) / 4);
  sampled.forEach(({ drive, i }, k) => {
    words.set(signalOf(job, at, drive, { i, from: chunk.from }), (at.signals + k * SIGNAL_BYTES) / 4);
  });
}

/** The header's whole numbers; those of working lanes, and of attempts made, are the kernel's own. */
function countsOf(job: AdaptiveJob, at: AdaptiveLayout, of: { chunk: AdaptiveChunk; sampled: number }): number[] {
  const { states, parameters, times, slopes, tableBytes } = rowsOf(job);
  const { row, rowEnd } = of.chunk;
  const observes = job.recorded.some(({ kind }) => kind === "output") ? 1 : 0;
  const joined = job.adaptive.interpolation === "hold" ? 0 : 1;
  const lanes = [at.n, 0, 0, states, parameters, times, slopes, tableBytes];
  const samples = [of.sampled, at.kept.length, job.recorded.length, observes, row, rowEnd, job.clock.firstSample];
  return [...lanes, ...samples, segmentSteps(job), joined, job.clock.sampleCount, 0, componentsOf(at.others)];
}

function numbersOf(job: AdaptiveJob, { end }: AdaptiveChunk): number[] {
  const { simulationTime, rtol, atol, firstStep, maxSteps } = job.adaptive;
  return [job.clock.samplingStep, end, simulationTime, rtol, atol, longestStep(job), firstStep, maxSteps, sampleTime(job)];
}

/** A row that a sample takes: a kept state's number, or an address. */
function takenRow(job: Job, at: AdaptiveLayout) {
  return (take: Job["recorded"][number]): number[] => {
    return take.kind === "state" ? [1, at.kept.indexOf(take.row)] : [0, rowAddress(job, at, take)];
  };
}

/** A Signal: samples from that of step `from` on. */
function signalOf(job: AdaptiveJob, at: AdaptiveLayout, drive: InputSource, { i, from }: { i: number; from: number }): number[] {
  const row = job.model.params.length + drive.row;
  const hold = holdOf(drive);
  const perLane = isPerLane(job, i);
  const stride = perLane ? at.n * LANE_BYTES : LANE_BYTES;
  const last = Math.floor((job.clock.inputSteps - 1) / hold);
  return [row, at.samples[i], stride, perLane ? LANE_BYTES : 0, hold, firstSampleMade(job, i, from), last, 0];
}

/** What has become of each lane: its status (assembly/adaptive/block.ts), and what it has cost. */
export function readLanes(at: AdaptiveLayout, memory: WebAssembly.Memory) {
  const f64 = new Float64Array(memory.buffer, at.lanes, (at.n * LANE_STRUCT_BYTES) / 8);
  const words = new Int32Array(memory.buffer, at.lanes, (at.n * LANE_STRUCT_BYTES) / 4);
  const number = (k: number, lane: number) => f64[(lane * LANE_STRUCT_BYTES) / 8 + k];
  return (lane: number) => ({
    nfev: number(2, lane),
    accepted: number(3, lane),
    rejected: number(4, lane),
    failedAt: number(5, lane),
    status: words[(lane * LANE_STRUCT_BYTES) / 4 + 14],
  });
}

/** Lanes as they begin; those that only make the number even have nothing to do. */
export function clearLanes(at: AdaptiveLayout, memory: WebAssembly.Memory, lanes: number): void {
  const words = new Int32Array(memory.buffer, at.lanes, (at.n * LANE_STRUCT_BYTES) / 4).fill(0);
  for (let lane = lanes; lane < at.n; lane++) words[(lane * LANE_STRUCT_BYTES) / 4 + 14] = ENDED;
}

/** Statuses of lanes in assembly/adaptive/block.ts. */
export const ENDED = 1;
export const DIVERGED = 2;
export const LIMITED = 3;

/** Forgets the samples of the chunk before: what is not written is NaN. */
export function clearSlots(at: AdaptiveLayout, memory: WebAssembly.Memory, rows: number): void {
  new Float64Array(memory.buffer, at.slots, rows * at.kept.length * at.n).fill(Number.NaN);
}
