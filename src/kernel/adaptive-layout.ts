import type { AdaptiveJob, InputSource, Job } from "../sweep/job.ts";
import { breakpointsOf, longestStep, sampleTime, segmentSteps, stepsAround } from "./adaptive-inputs.ts";
import { allocator, LANE_BYTES } from "./allocate.ts";
import { allocateBounds, writeBounds } from "./bounds.ts";
import { allocateSources, firstSampleMade, holdOf, type InputLayout, isPerLane, isSampled, strideOf } from "./input-sources.ts";
import { CHUNK_BYTES } from "./layout.ts";
import { type Rows, rowAddress } from "./memory.ts";
import { SPARE_SAMPLES } from "./noise.ts";
import * as structs from "./structs.generated.ts";
import { readField, writeField, writeStruct } from "./structs.ts";

// Memory of a block with adaptive step size, whose structs are those of assembly/adaptive/block.ts:
//
//   AdaptiveBlock | SampledInputs | parts of complex states | breakpoints | Jumps of each lane | Bounds | kept states | DenseCoefficients
//   RecordedRows
//   NoiseSources, streams and trees | their scratch | a Lane each
//   full block: t | y | first slopes | p: params, inputs, derived | the model's tables | out         rows of n lanes
//   samples of each input source, for one chunk and what lanes look up before and behind it
//   kept states at a chunk's samples | window: samples of the recorded variables | working rows (assembly/adaptive/lanes.ts)

/** A chunk's kept states stay below this, so that they keep to the second-level cache: the longer a chunk, the less lanes wait. */
const SAMPLES_BYTES = 1048576;
/** Working rows that are no state's and no parameter's: numbers of lanes, t, h, new t, mask, norm, factor, last time before a jump. */
const WORKING_ROWS = 8;
/** Working rows in which switches are located, beside a state and two rows for each. */
const LOCATING_ROWS = 5;
/** Jumps of each lane that are written ahead. */
export const JUMPS_AHEAD = 128;

/** Addresses, in bytes, and sizes of one block's memory. */
export interface AdaptiveLayout extends Rows, InputLayout {
  header: number;
  inputs: number;
  otherPart: number;
  breakpoints: number;
  /** First Jump; 0 where there are none. */
  jumps: number;
  bounds: number;
  kept: number;
  dense: number;
  recorded: number;
  lanes: number;
  t: number;
  firstSlopes: number;
  tables: number;
  states: number;
  window: number;
  work: number;
  /** States that a sample keeps. */
  keptStates: readonly number[];
  /** For each state its own number, or that of the other part of a complex one. */
  otherParts: readonly number[];
  /** Times at which steps end. */
  breakpointTimes: Float64Array;
  /** Steps of a chunk, and steps before and after it that a lane may look up. */
  chunkSteps: number;
  around: number;
  pages: number;
}

/** States that samples need: those that are recorded, or all where algebraic variables are. */
function keptStates({ recorded, model }: Job): number[] {
  if (model.modes || recorded.some(({ kind }) => kind === "output")) return model.states.map((_, i) => i);
  return [...new Set(recorded.filter(({ kind }) => kind === "state").map(({ row }) => row))].sort((a, b) => a - b);
}

/** Steps of a chunk: as many as the samples of states, and those of inputs, leave room for. */
function stepsOfChunk(job: AdaptiveJob, n: number, kept: number): number {
  const sampleBytes = Math.max(1, kept, job.recorded.length) * n * LANE_BYTES;
  const fitting = Math.floor((SAMPLES_BYTES / sampleBytes) * (job.clock.samplingStep / job.clock.inputStep));
  const ofInputs = job.inputSources.some((_, i) => isPerLane(job, i)) ? Math.floor(CHUNK_BYTES / (n * LANE_BYTES)) : 4096;
  return Math.max(1, Math.min(fitting, job.inputSources.some(isSampled) ? ofInputs : fitting, 2 ** 24));
}

/** How many rows a lane has, and the size of the model's tables. */
function rowsOf({ model, solver }: Job) {
  const states = model.states.length;
  return {
    states,
    pRows: model.params.length + model.inputs.length + model.derived,
    timeRows: model.timeRows ?? 1,
    slopes: solver.work + (solver.jacobian ? states : 0),
    tableBytes: (model.tables?.length ?? 0) * 4,
  };
}

/** Allocates everything for a block of n lanes. */
export function adaptiveLayout(job: AdaptiveJob, n: number): AdaptiveLayout {
  const { allocate, pages } = allocator();
  const rows = (count: number) => allocate(count * n * LANE_BYTES);
  const { model, inputSources, recorded } = job;
  const [kept, breakpointTimes, around] = [keptStates(job), breakpointsOf(job), stepsAround(job)];
  const chunkSteps = stepsOfChunk(job, n, kept.length);
  // Two more than a fixed step needs: interpolation looks up the sample behind the last.
  const samples = (source: InputSource) => Math.ceil((chunkSteps + 2 * around) / holdOf(source)) + SPARE_SAMPLES + 2;
  const samplesOfChunk = Math.ceil((chunkSteps * job.clock.inputStep) / job.clock.samplingStep) + 2;
  const { states, pRows, timeRows, slopes, tableBytes } = rowsOf(job);
  const allocated = {
    ...{ n, keptStates: kept, otherParts: otherPartsOf(job), breakpointTimes, chunkSteps, around },
    header: allocate(structs.AdaptiveBlock.size),
    inputs: allocate(inputSources.length * structs.SampledInput.size),
    otherPart: allocate(states * 4),
    breakpoints: allocate(breakpointTimes.length * 8),
    jumps: model.timeProgram ? allocate(n * JUMPS_AHEAD * structs.Jump.size) : 0,
    bounds: allocateBounds(allocate, job),
    kept: allocate(kept.length * 4),
    dense: allocate(kept.length * structs.DenseCoefficients.size),
    recorded: allocate(recorded.length * structs.RecordedRow.size),
    ...allocateSources(allocate, job, { n, step: job.clock.inputStep }),
    lanes: allocate(n * structs.Lane.size),
    t: rows(timeRows),
    y: rows(states),
    firstSlopes: rows(states),
    p: rows(pRows),
    tables: allocate(tableBytes),
    out: rows(model.outputs.length),
    samples: inputSources.map((source, i) => allocate(isSampled(source) ? samples(source) * strideOf(job, n, i) : 0)),
    states: rows(samplesOfChunk * kept.length),
    window: rows(samplesOfChunk * recorded.length),
    work: rows(WORKING_ROWS + timeRows + (3 + slopes) * states + pRows + locatingRows(job)),
  };
  allocate(tableBytes + 16);
  return { ...allocated, pages: pages() };
}

function locatingRows({ model: { modes = 0, states } }: Job): number {
  return modes > 0 ? states.length + 2 * modes + LOCATING_ROWS : 0;
}

/** For each state its own number, or that of the other part of the complex state of which it is one. */
function otherPartsOf({ model }: Job): number[] {
  const rows = new Map(model.states.map(({ path }, row) => [path, row]));
  return model.states.map(({ path }, row) => {
    const other = /\.re$/.test(path) ? path.replace(/re$/, "im") : path.replace(/\.im$/, ".re");
    return rows.get(other) ?? row;
  });
}

/** What of a sweep one chunk is. */
export interface AdaptiveChunk {
  step: number;
  steps: number;
  /** Its samples: from `sample` to before `sampleEnd`. */
  sample: number;
  sampleEnd: number;
  /** Time at which it ends. */
  end: number;
  /** Time that no lane goes beyond: that of the next pulses, or the end of the simulation. */
  endTime: number;
  /** Whether pulses come at its end. */
  isPulse: boolean;
  /** First step whose input samples are at hand. */
  from: number;
}

/** Writes what stays the same for all chunks of a block: pairs of complex parts, breakpoints, kept states and recorded rows. */
export function writeLookups(job: Job, at: AdaptiveLayout, memory: WebAssembly.Memory): void {
  new Int32Array(memory.buffer).set(at.otherParts, at.otherPart / 4);
  new Int32Array(memory.buffer).set(at.keptStates, at.kept / 4);
  new Float64Array(memory.buffer).set(at.breakpointTimes, at.breakpoints / 8);
  writeBounds(job, at.bounds, memory, at.keptStates);
  const view = new DataView(memory.buffer);
  job.recorded.forEach((variable, i) => {
    const isState = variable.kind === "state" ? 1 : 0;
    const source = isState ? at.keptStates.indexOf(variable.row) : rowAddress(job, at, variable);
    writeStruct(view, at.recorded + i * structs.RecordedRow.size, structs.RecordedRow, { isState, source });
  });
}

/** Writes the header and the sampled inputs for a chunk. */
export function writeChunk(job: AdaptiveJob, at: AdaptiveLayout, memory: WebAssembly.Memory, chunk: AdaptiveChunk): void {
  const { interpolation, rtol, atol, firstStep, maxSteps } = job.adaptive;
  const view = new DataView(memory.buffer);
  writeStruct(view, at.header, structs.AdaptiveHeader, {
    ...rowsOf(job),
    n: at.n,
    inputCount: job.inputSources.filter(isSampled).length,
    keptCount: at.keptStates.length,
    recordedCount: job.recorded.length,
    observes: job.recorded.some(({ kind }) => kind === "output") ? 1 : 0,
    sample: chunk.sample,
    sampleEnd: chunk.sampleEnd,
    firstSample: job.clock.firstSample,
    sampleCount: chunk.isPulse ? chunk.sampleEnd : job.clock.sampleCount,
    segmentSteps: segmentSteps(job),
    linear: interpolation === "hold" ? 0 : 1,
    components: at.otherParts.filter((other, row) => other >= row).length,
    samplingStep: job.clock.samplingStep,
    chunkEnd: chunk.end,
    endTime: chunk.endTime,
    ...{ rtol, atol, maxStep: longestStep(job), firstStep, maxSteps },
    stepSize: sampleTime(job),
    lanes: at.lanes,
    t: at.t,
    y: at.y,
    firstSlopes: at.firstSlopes,
    p: at.p,
    out: at.out,
    inputs: at.inputs,
    otherPart: at.otherPart,
    breakpoints: at.breakpoints,
    breakpointCount: at.breakpointTimes.length,
    jumps: at.jumps,
    jumpCapacity: JUMPS_AHEAD,
    modeRow: job.model.params.length + job.model.inputs.length,
    modeCount: job.model.modes ?? 0,
    bounds: at.bounds,
    boundCount: job.bounds.length,
    kept: at.kept,
    dense: at.dense,
    samples: at.states,
    recorded: at.recorded,
    window: at.window,
    work: at.work,
  });
  writeInputs(job, at, view, chunk.from);
}

function writeInputs(job: AdaptiveJob, at: AdaptiveLayout, view: DataView, from: number): void {
  let address = at.inputs;
  job.inputSources.forEach((source, i) => {
    if (!isSampled(source)) return;
    const holdSteps = holdOf(source);
    writeStruct(view, address, structs.SampledInput, {
      row: job.model.params.length + source.row,
      samples: at.samples[i],
      stride: strideOf(job, at.n, i),
      laneStride: isPerLane(job, i) ? LANE_BYTES : 0,
      holdSteps,
      firstSample: firstSampleMade(job, i, from),
      lastSample: Math.floor((job.clock.inputSteps - 1) / holdSteps),
    });
    address += structs.SampledInput.size;
  });
}

/** Attempts that the last call made. */
export function readAttempts(at: AdaptiveLayout, memory: WebAssembly.Memory): number {
  return readField(new DataView(memory.buffer), at.header, structs.AdaptiveBlock, "attempts");
}

/** One field of the first `lanes` Lanes: what has become of each, and what it has cost. */
export function readLanes(
  at: AdaptiveLayout,
  memory: WebAssembly.Memory,
  lanes: number,
  field: keyof typeof structs.Lane.fields,
): Float64Array {
  const view = new DataView(memory.buffer);
  const { Lane } = structs;
  return Float64Array.from({ length: lanes }, (_, lane) => readField(view, at.lanes + lane * Lane.size, Lane, field));
}

/** Lanes as they begin; those that only make the number even have nothing to do. */
export function clearLanes(at: AdaptiveLayout, memory: WebAssembly.Memory, lanes: number): void {
  const { Lane, ENDED } = structs;
  new Uint8Array(memory.buffer, at.lanes, at.n * Lane.size).fill(0);
  const view = new DataView(memory.buffer);
  for (let lane = lanes; lane < at.n; lane++) writeField(view, at.lanes + lane * Lane.size, Lane, "status", ENDED);
}

/** Lets lanes that have ended at `time` go on from there, as runs begin: with slope and step of their own. */
export function resumeLanes(job: AdaptiveJob, at: AdaptiveLayout, memory: WebAssembly.Memory, lanes: number, time: number): void {
  const { Lane, ENDED, RUNNING, STALE, RESTART, IDLE } = structs;
  const view = new DataView(memory.buffer);
  const segment = segmentAt(job, at, time);
  for (let lane = 0; lane < lanes; lane++) {
    const address = at.lanes + lane * Lane.size;
    if (readField(view, address, Lane, "status") !== ENDED) continue;
    writeField(view, address, Lane, "status", RUNNING);
    writeField(view, address, Lane, "flags", (readField(view, address, Lane, "flags") | STALE | RESTART) & ~IDLE);
    writeField(view, address, Lane, "segment", segment);
  }
}

/** The input segment in which a step that begins at `time` is. */
function segmentAt(job: AdaptiveJob, { breakpointTimes }: AdaptiveLayout, time: number): number {
  if (job.adaptive.interpolation !== "hold") return breakpointTimes.filter((each) => each <= time).length;
  const steps = segmentSteps(job);
  if (steps === 0) return 0;
  const length = sampleTime(job);
  let segment = Math.max(0, Math.floor(time / (steps * length)) - 1);
  while ((segment + 1) * steps * length <= time) segment++;
  return segment;
}

/** Forgets the kept states of the chunk before: what is not written is NaN. */
export function clearSamples(at: AdaptiveLayout, memory: WebAssembly.Memory, samples: number): void {
  new Float64Array(memory.buffer, at.states, samples * at.keptStates.length * at.n).fill(Number.NaN);
}
