// A block of lanes with adaptive step size, as wasm sees it. src/kernel/adaptive-layout.ts writes its header, its SampledInputs and its
// RecordedRows, and reads its Lanes, by the offsets that the build takes from here (src/kernel/structs.generated.ts).
//
// The full block has all n lanes, in the order of the points. Working rows hold the m lanes that still have something to do in the
// present chunk, packed together, so that no work is done for a lane that waits; lanes.ts gathers and scatters them.

/** What TypeScript writes for a chunk. Every address is in bytes; rows of the full block are n lanes of f64. */
@unmanaged
export class AdaptiveHeader {
  /** Lanes of the full block, even. */
  n: i32;
  /** Rows of y, of p (derived ones too), of t; rows of slopes and of all else that a method keeps, in multiples of `states`. */
  states: i32;
  pRows: i32;
  timeRows: i32;
  slopes: i32;
  /** Bytes of the model's tables, which stand behind p. */
  tableBytes: i32;
  /** Sampled inputs, states that a sample keeps, and recorded variables. */
  inputCount: i32;
  keptCount: i32;
  recordedCount: i32;
  /** Not 0 where an algebraic variable is recorded. */
  observes: i32;
  /** Samples that the present chunk makes: from `sample` to before `sampleEnd`; sample k is at (firstSample + k) samplingStep. */
  sample: i32;
  sampleEnd: i32;
  firstSample: i32;
  /** Samples in all. */
  sampleCount: i32;
  /** Steps of `stepSize` that all sampled inputs are constant for; 0 where none is sampled. */
  segmentSteps: i32;
  /** Not 0 where inputs are interpolated linearly between their samples, and not held. */
  linear: i32;
  /** Real and complex states: what the root mean square of an error is a mean over. */
  components: i32;
  samplingStep: f64;
  /** Time at which the chunk ends, and at which the simulation ends. */
  chunkEnd: f64;
  endTime: f64;
  rtol: f64;
  atol: f64;
  maxStep: f64;
  /** First step; 0 where it is to be chosen. */
  firstStep: f64;
  /** Most attempts of a lane. */
  maxSteps: f64;
  /** Time between two samples of the inputs, but for their sample-and-hold interval. */
  stepSize: f64;
  /** The full block: a Lane each, then rows of t, y, first slopes, p, algebraic variables. */
  lanes: usize;
  t: usize;
  y: usize;
  firstSlopes: usize;
  p: usize;
  out: usize;
  /** First SampledInput. */
  inputs: usize;
  /** For each state the number (u32) of the other part of a complex one, or its own. */
  otherPart: usize;
  /** Times (f64) at which linearly interpolated inputs change their slope sharply, and how many. */
  breakpoints: usize;
  breakpointCount: i32;
  /** Jumps of the right-hand side at known times: for each lane `jumpCapacity` Jumps, the first the one that comes next; 0 without any. */
  jumps: usize;
  jumpCapacity: i32;
  /** Rows of p at which a step holds switches, the first and how many. All states are kept where there are some. */
  modeRow: i32;
  modeCount: i32;
  /** First Bound of a state, and how many. */
  bounds: usize;
  boundCount: i32;
  /** Numbers (u32) of the kept states. */
  kept: usize;
  /** Room for the DenseCoefficients of each kept state of one lane. */
  dense: usize;
  /** Kept states at the chunk's samples: rows of n lanes, `keptCount` rows a sample. */
  samples: usize;
  /** First RecordedRow, and the window that samples are recorded in: `recordedCount` rows a sample. */
  recorded: usize;
  window: usize;
  /** Where working rows begin. */
  work: usize;
}

/** The header, and behind it what the kernel itself keeps: which lanes are working, and where lanes.ts has put their rows. */
@unmanaged
export class AdaptiveBlock extends AdaptiveHeader {
  /** Working lanes, and their number rounded up to an even one. */
  count: i32;
  m: i32;
  /** Attempts that the last call made. */
  attempts: i32;
  /** Numbers of the working lanes in the full block (u32), then rows of m lanes. */
  wIds: usize;
  wT: usize;
  wH: usize;
  wNew: usize;
  wMask: usize;
  wNorm: usize;
  wFactor: usize;
  wTimes: usize;
  /** The last time before the next jump: no stage is later. */
  wLast: usize;
  wY: usize;
  wYNew: usize;
  wStage: usize;
  wK: usize;
  /** Where switches are located (switches.ts): a state within the step, values and distances of switches there, then five rows. */
  wProbe: usize;
  wSwitches: usize;
  wShare: usize;
  wFrom: usize;
  wTo: usize;
  wFromDistance: usize;
  wToDistance: usize;
  wP: usize;
  /** Not 0 where a working lane takes steps that hold no switch. */
  anyFree: i32;
}

/** A state of a larger size has grown beyond bounds, whatever becomes of it next: sums and products of such numbers overflow. */
export const HUGE: f64 = 1e50;

/** The status of a lane. */
export const RUNNING = 0;
export const ENDED = 1;
export const DIVERGED = 2;
export const LIMITED = 3;
export const NOT_A_NUMBER = 4;
export const UNDERFLOW = 5;

// The flags of a lane, and the transitions of one attempt (adapt.ts) that set (+) and clear (-) them:
//
//   beginChunk      lane not RUNNING, or chunkEnd and sampleEnd reached? ---- yes ---> +IDLE
//        |                 no: -IDLE
//        v
//   proposeSteps <-----------------------------------------------------------------------+
//        |   step ends the input segment or at a jump? yes: +CLIPPED, no: -CLIPPED       |
//        |   step too short after a rejection, or NaN? --------- yes ---> fail: why (failure.ts), +IDLE
//        v                                                                               |
//   refreshSlopes   STALE? evaluate the first slope, -STALE; RESTART? choose the step    |
//        v                                                                               |
//   attempt, norm of its error                                                           |
//        |                                                                               |
//   locate (switches.ts): a switch within the step? it ends there: +EARLY, or +SWITCHED if that is its end already
//        |                                                                               |
//        +-- EARLY: made again with the shorter step, -EARLY ----------------------------+
//        +-- norm >= 1 or NaN: rejected, +REJECTED --------------------------------------+
//        |                                                                               |
//        +-- norm < 1: writeSamples, +DENSE where the step covers samples of this chunk  |
//              |                                                                         |
//              +-- covers a sample of a later chunk too: +IDLE, and nothing else changes |
//              |     (the very same attempt is made again after beginChunk)              |
//              |                                                                         |
//              +-- accepted: -REJECTED -DENSE                                            |
//                    +STALE where the last slope is not the next step's first, or a      |
//                           CLIPPED step ends where inputs or equations jump; SWITCHED   |
//                    |                                                                   |
//                    +-- endTime reached: ENDED, +IDLE                                   |
//                    +-- chunkEnd and sampleEnd reached: +IDLE                           |
//                    +-- else ------------------------------------------------------------+
//
//   after a rejected or accepted attempt, still RUNNING, with maxSteps attempts made: fail: LIMITED, +IDLE

/** Its last attempt was rejected: the next step is not made longer, and one too short is a failure. */
export const REJECTED = 1;
/** Its first slope is not that of its state and inputs. */
export const STALE = 2;
/** The present attempt was shortened to end where an input jumps, or changes its slope sharply, or the simulation ends. */
export const CLIPPED = 4;
/** It has nothing to do any more in this chunk. */
export const IDLE = 8;
/** The evaluations that dense output of the present step costs are counted already. */
export const DENSE = 16;
/** A switch was found within the present step, which is made again and ends there. */
export const EARLY = 32;
/** The present step ends where a switch was located. */
export const SWITCHED = 64;
/** Its last step ended at a jump of the equations: the next one is chosen as the first of a run is. */
export const RESTART = 128;

/** One point: where it is, and what it has cost. */
@unmanaged
export class Lane {
  /** Time of its state, and the step that it tries next. */
  t: f64;
  h: f64;
  /** Evaluations of the right-hand side, steps accepted and rejected. */
  nfev: f64;
  accepted: f64;
  rejected: f64;
  /** When it failed. */
  failedAt: f64;
  /** The step that it would take if it did not end at a switch, and when it last did. */
  longer: f64;
  switchedAt: f64;
  /** Number of its next sample. */
  sample: i32;
  /** Which input segment it is in: of constant inputs, or from one breakpoint to the next. */
  segment: i32;
  status: i32;
  flags: i32;
  /** Number of the jump that comes next, among those that are written. */
  jump: i32;
  /** Steps that it takes from here without holding switches, as where one switches to and fro. */
  free: i32;
  /** The state that became no number in the last attempt; of a lane that is NOT_A_NUMBER, the one whose slope is none; -1 else. */
  variable: i32;
  padding: i32;
}

/** A jump of the right-hand side: the last time before it, and the first behind it, at which a step ends. */
@unmanaged
export class Jump {
  last: f64;
  first: f64;
}

/** The samples of one input. */
@unmanaged
export class SampledInput {
  /** Number of the row of p. */
  row: i32;
  /** Address of sample number `firstSample`. */
  samples: usize;
  /** Bytes from one sample to the next, and from one lane's to the next (0 where all lanes share it). */
  stride: i32;
  laneStride: i32;
  /** Sample-and-hold interval, in steps. */
  holdSteps: i32;
  firstSample: i32;
  /** Number of the last sample. */
  lastSample: i32;
  padding: i32;
}

/** A recorded variable: number `source` of the kept states where `isState` is not 0, else the row at address `source`. */
@unmanaged
export class RecordedRow {
  isState: i32;
  source: usize;
}

/** The polynomial of one state within a step, of degree 7 at most. */
@unmanaged
export class DenseCoefficients {
  c0: f64;
  c1: f64;
  c2: f64;
  c3: f64;
  c4: f64;
  c5: f64;
  c6: f64;
}

/** The i-th working lane's Lane. */
// @ts-ignore: decorator
@inline
export function laneOf(b: AdaptiveBlock, i: i32): Lane {
  return changetype<Lane>(b.lanes + (<usize>load<u32>(b.wIds + (<usize>i << 2))) * offsetof<Lane>());
}

/** The jump that comes next for the i-th working lane. */
// @ts-ignore: decorator
@inline
export function jumpOf(b: AdaptiveBlock, lane: Lane, i: i32): Jump {
  const id = <i32>load<u32>(b.wIds + (<usize>i << 2));
  return changetype<Jump>(b.jumps + <usize>(id * b.jumpCapacity + lane.jump) * offsetof<Jump>());
}

/** Whether the i-th working lane's attempt is accepted: not where its error is not a number, or where its step is to end earlier. */
// @ts-ignore: decorator
@inline
export function accepts(b: AdaptiveBlock, lane: Lane, i: i32): boolean {
  return !(lane.flags & (IDLE | EARLY)) && load<f64>(b.wNorm + (<usize>i << 3)) < 1.0;
}

/** Bytes of a working row. */
// @ts-ignore: decorator
@inline
export function rowBytes(b: AdaptiveBlock): usize {
  return <usize>b.m << 3;
}

/** Bytes of a working row for each state. */
// @ts-ignore: decorator
@inline
export function stateBytes(b: AdaptiveBlock): usize {
  return <usize>(b.m * b.states) << 3;
}

/** Rows of slope k. */
// @ts-ignore: decorator
@inline
export function slopeRows(b: AdaptiveBlock, k: i32): usize {
  return b.wK + <usize>k * stateBytes(b);
}
