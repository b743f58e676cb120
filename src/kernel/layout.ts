import { historyOf } from "../model/model.ts";
import type { FixedClock } from "../sweep/clock.ts";
import type { FixedJob, Job } from "../sweep/job.ts";
import { allocator, LANE_BYTES, PAIR_BYTES } from "./allocate.ts";
import { allocateBounds, writeBounds } from "./bounds.ts";
import { DELAYED_CHUNK_STEPS, type DelayLayout, slotsOf } from "./delays.ts";
import { allocateSources, firstSampleMade, holdOf, type InputLayout, isPerLane, isSampled, strideOf } from "./input-sources.ts";
import { type Rows, rowAddress } from "./memory.ts";
import { SPARE_SAMPLES } from "./noise.ts";
import { pastRows, pastSlots } from "./past.ts";
import * as structs from "./structs.generated.ts";
import { writeStruct } from "./structs.ts";
import { allocateWiener, isPathPerLane, type WienerLayout, writeWiener } from "./wiener.ts";

// Memory of a fixed-step kernel, whose structs are those of assembly/block.ts:
//
//   Block | InputSources | addresses of recorded rows | NoiseSources, streams and trees | their scratch | DelayedValues
//   t | y | dy | work | p: params, inputs, delayed values, derived | the model's tables | out       rows of n lanes
//   delays in steps, a row for each delayed value | the start, a row for each delay line | history buffer: slots of such rows, one a step
//   what was before the start, where it is given: slots of rows (past.ts)
//   samples of each input source for one chunk | window: samples of the recorded variables | noise on variables | Bounds of states

/** A chunk's window and its input samples each stay below this, so that they keep to the second-level cache. */
export const CHUNK_BYTES = 262144;
/** Kernels run in chunks, so that the engine can replace baseline code and the caller can stop. */
const CHUNK_STEPS = 1000;
/** Fewer steps than this are not worth a chunk, however much noise there is. */
const LEAST_STEPS = 64;

/** Addresses, in bytes, and sizes of one block's memory. */
export interface Layout extends Rows, InputLayout, DelayLayout {
  header: number;
  inputs: number;
  recorded: number;
  t: number;
  dy: number;
  work: number;
  /** The model's tables: right behind the rows of p. */
  tables: number;
  window: number;
  wiener: WienerLayout;
  bounds: number;
  /** Scratch of the fused loop. */
  loop: number;
  /** Most steps in a chunk. */
  chunkSteps: number;
  pages: number;
}

/** Steps of a chunk: a thousand, or as many as fit the cache. */
function stepsOfChunk(job: FixedJob, n: number): number {
  const { model, inputSources, recorded, wiener, clock } = job;
  const rowBytes = n * LANE_BYTES;
  const samples = Math.max(1, Math.floor(CHUNK_BYTES / (Math.max(1, recorded.length) * rowBytes)));
  const ofInputs = inputSources.some((_, i) => isPerLane(job, i)) ? Math.floor(CHUNK_BYTES / rowBytes) : CHUNK_STEPS;
  // A network may have noise on each of its nodes.
  const paths = wiener.filter((term) => isPathPerLane(job, term)).length;
  const ofNoise = paths > 0 ? Math.max(LEAST_STEPS, Math.floor(CHUNK_BYTES / (rowBytes * paths))) : CHUNK_STEPS;
  return Math.min(model.history ? DELAYED_CHUNK_STEPS : CHUNK_STEPS, samples * clock.samplingSteps, ofInputs, ofNoise);
}

/** Bytes of all rows of one lane, but for its history buffer. */
export function laneBytes({ model, solver }: Pick<Job, "model" | "solver">): number {
  const { states, params, inputs, outputs, derived, history } = model;
  const own = solver.work + (solver.jacobian ? states.length : 0);
  const rows = states.length * (2 + own) + params.length + inputs.length + derived + outputs.length;
  return (rows + 2 * (history?.delayed.length ?? 0)) * LANE_BYTES;
}

/** Allocates everything for a block of n lanes. */
export function layout(job: FixedJob, n: number): Layout {
  const { allocate, pages } = allocator();
  const rows = (count: number) => allocate(count * n * LANE_BYTES);
  const { model, solver, inputSources, recorded } = job;
  const { lines, delayed } = historyOf(model);
  const chunkSteps = stepsOfChunk(job, n);
  const slots = slotsOf(job);
  const allocated = {
    ...{ n, chunkSteps, slots, counts: { edgeCount: 0, wholeCount: 0, delayedCount: 0 } },
    header: allocate(structs.Block.size),
    inputs: allocate(inputSources.length * structs.InputSource.size),
    recorded: allocate(recorded.length * 4),
    ...allocateSources(allocate, job, { n, step: job.clock.stepSize }),
    reads: allocate(delayed.length * structs.DelayedValue.size),
    edges: allocate(delayed.length * structs.EdgeValue.size),
    t: rows(model.timeRows ?? 1),
    y: rows(model.states.length),
    dy: rows(model.states.length),
    // As stateBytes() of assembly/stepper.ts.
    work: allocate(solver.work * Math.ceil((model.states.length * n * LANE_BYTES) / PAIR_BYTES) * PAIR_BYTES),
    p: rows(model.params.length + model.inputs.length + delayed.length + model.derived),
    tables: allocate((model.tables?.length ?? 0) * 4),
    out: rows(model.outputs.length),
    delays: rows(delayed.length),
    start: rows(lines),
    history: rows(slots * lines),
    past: rows(pastSlots(job) * pastRows(job)),
    samples: inputSources.map((_, i) => allocate((chunkSteps + SPARE_SAMPLES) * strideOf(job, n, i))),
    window: rows((Math.ceil(chunkSteps / job.clock.samplingSteps) + 1) * recorded.length),
    wiener: allocateWiener(allocate, job, { n, chunkSteps }),
    bounds: allocateBounds(allocate, job),
    loop: allocate(job.loop?.scratch ?? 0),
  };
  const delayedRows = allocated.p + (model.params.length + model.inputs.length) * n * LANE_BYTES;
  return { ...allocated, delayed: delayedRows, pages: pages() };
}

/** Writes the header of a block that is about to take step `step`, with the present samples of its inputs. */
export function writeHeader(job: FixedJob, at: Layout, memory: WebAssembly.Memory, step: number): void {
  const { model, inputSources, recorded } = job;
  const { lines, delayed } = historyOf(model);
  writeStruct(new DataView(memory.buffer), at.header, structs.Block, {
    n: at.n,
    states: model.states.length,
    step,
    samplingSteps: job.clock.samplingSteps,
    stepsToSample: stepsToSample(job.clock, step),
    observes: recorded.some(({ kind }) => kind === "output") ? 1 : 0,
    inputCount: inputSources.filter(isSampled).length,
    recordedCount: recorded.length,
    h: job.clock.stepSize,
    t: at.t,
    y: at.y,
    dy: at.dy,
    work: at.work,
    p: at.p,
    out: at.out,
    inputs: at.inputs,
    recorded: at.recorded,
    window: at.window,
    ...{ delays: delayed.length, ...at.counts },
    edges: at.edges,
    delayed: at.reads,
    history: at.history,
    slotBytes: lines * at.n * LANE_BYTES,
    mask: at.slots - 1,
    start: at.start,
    past: at.past,
    pastBytes: pastRows(job) * at.n * LANE_BYTES,
    pastLast: pastSlots(job) - 1,
    timeRows: model.timeRows ?? 1,
    wiener: at.wiener.header,
    bounds: at.bounds,
    boundCount: job.bounds.length,
  });
  const addresses = recorded.map((variable) => rowAddress(job, at, variable));
  new Int32Array(memory.buffer, at.recorded, recorded.length).set(addresses);
  writeInputs(job, at, memory, step);
  writeWiener(job, at, memory);
  writeBounds(job, at.bounds, memory);
}

function writeInputs(job: Job, at: Layout, memory: WebAssembly.Memory, step: number): void {
  const view = new DataView(memory.buffer);
  let address = at.inputs;
  job.inputSources.forEach((source, i) => {
    if (!isSampled(source)) return;
    const holdSteps = holdOf(source);
    const stride = strideOf(job, at.n, i);
    // An input with noise has its sample written to the row without it.
    const noisy = job.wiener.findIndex(({ kind, row }) => kind === "input" && row === source.row);
    writeStruct(view, address, structs.InputSource, {
      row: noisy < 0 ? rowAddress(job, at, { kind: "input", row: source.row }) : at.wiener.bases[noisy],
      sample: at.samples[i] + (Math.floor(step / holdSteps) - firstSampleMade(job, i, step)) * stride,
      stride,
      holdSteps,
      stepsLeft: holdSteps - (step % holdSteps),
    });
    address += structs.InputSource.size;
  });
}

/** Steps from `step` to the next sample that is recorded. */
function stepsToSample({ firstSample, samplingSteps, sampleCount }: FixedClock, step: number): number {
  const start = firstSample * samplingSteps;
  if (sampleCount === 0) return 2 ** 31 - 1;
  if (step <= start) return start - step;
  return (samplingSteps - ((step - start) % samplingSteps)) % samplingSteps;
}
