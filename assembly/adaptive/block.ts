// A block whose lanes step alone, as wasm sees it. src/kernel/adaptive-layout.ts writes it, field by field.
//
// Home rows hold all n lanes, in the order of the points. Working rows hold the m lanes that still have something to do in the present
// chunk, close together, so that no lane's work is done for one that waits; they are copied from home and back (lanes.ts).

/** Header of a block. Every address is in bytes. */
@unmanaged
export class AdaptiveBlock {
  /** Lanes at home, even; real working lanes; and those rounded up to an even number. */
  n: i32;
  count: i32;
  m: i32;
  /** Rows of y, of p (derived ones too), of t; rows of slopes and of all else that a method keeps. */
  states: i32;
  pRows: i32;
  timeRows: i32;
  slopes: i32;
  /** Bytes of the model's tables, which stand behind p. */
  tableBytes: i32;
  /** Input rows that are driven, states that a sample keeps, rows that a sample takes, and whether these include algebraic ones. */
  inputCount: i32;
  keptCount: i32;
  recordedCount: i32;
  observes: i32;
  /** Rows of the results that the present chunk makes: from `row` to before `rowEnd`; row k has label (first + k) spacing. */
  sample: i32;
  sampleEnd: i32;
  firstSample: i32;
  /** Steps of `stepSize` that all sampled inputs are constant for; 0 where none is sampled. */
  segmentSteps: i32;
  /** Not 0 where samples are joined by straight lines, and not held. */
  linear: i32;
  /** Rows of the results in all. */
  sampleCount: i32;
  /** Attempts that the last call made. */
  attempts: i32;
  /** Real and complex states. */
  components: i32;
  samplingStep: f64;
  /** Time at which the chunk ends, and at which all ends. */
  chunkEnd: f64;
  endTime: f64;
  rtol: f64;
  atol: f64;
  maxStep: f64;
  /** First step; 0 where it is to be chosen. */
  firstStep: f64;
  /** Most attempts of a lane. */
  maxSteps: f64;
  /** Time that one step of the sampled inputs takes. */
  stepSize: f64;
  /** Home: a Lane each, then rows of t, y, first slopes, p. */
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
  /** Times (f64) at which inputs that are joined by lines turn sharply, and how many. */
  breakpoints: usize;
  breakpointCount: i32;
  /** Numbers (u32) of the kept states. */
  kept: usize;
  /** Room for seven numbers of each kept state of one lane. */
  dense: usize;
  /** Kept states of the chunk's samples: rows of n lanes, `kept` rows a sample. */
  samples: usize;
  /** Pairs of u32 of the rows that a sample takes: whether it is a kept state, and its number there, or an address. */
  recorded: usize;
  window: usize;
  /** Where working rows begin. */
  work: usize;
  /** Working rows, placed by lanes.ts: numbers of home lanes (u32), then rows of m lanes. */
  wIds: usize;
  wT: usize;
  wH: usize;
  wNew: usize;
  wMask: usize;
  wNorm: usize;
  wFactor: usize;
  wTimes: usize;
  wY: usize;
  wYNew: usize;
  wStage: usize;
  wK: usize;
  wP: usize;
}

/** What becomes of a lane. */
export const RUNNING = 0;
export const ENDED = 1;
export const DIVERGED = 2;
export const LIMITED = 3;

/** Its last attempt was rejected. */
export const REJECTED = 1;
/** Its first slope is not that of its state and inputs. */
export const STALE = 2;
/** The present attempt was shortened to end where an input jumps, or turns. */
export const CLIPPED = 4;
/** It has nothing to do any more in this chunk. */
export const IDLE = 8;
/** What dense output of the present step costs is counted already. */
export const DENSE = 16;

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
  /** The next row of the results. */
  sample: i32;
  /** Which stretch it is in: of constant inputs, or from one turn of an input to the next. */
  segment: i32;
  status: i32;
  flags: i32;
}

/** Samples that drive one row of p. */
@unmanaged
export class SampledInput {
  /** Number of the row of p. */
  row: i32;
  /** Address of sample number `first`. */
  samples: usize;
  /** Bytes from one sample to the next, and from one lane's to the next (0 where all share it). */
  stride: i32;
  laneStride: i32;
  /** Steps that a sample lasts. */
  holdSteps: i32;
  firstSample: i32;
  /** Number of the last sample. */
  lastSample: i32;
  padding: i32;
}

/** The i-th working lane's Lane. */
// @ts-ignore: decorator
@inline
export function laneOf(b: AdaptiveBlock, i: i32): Lane {
  return changetype<Lane>(b.lanes + (<usize>load<u32>(b.wIds + (<usize>i << 2))) * offsetof<Lane>());
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
