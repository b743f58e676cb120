// A block as wasm sees it: consecutive points of the sweep, one a lane, and where their rows are.
// src/kernel/layout.ts writes it and is the only other place that knows its fields' order.

/** Header of a block. Every address is in bytes; rows are `n` lanes of f64. */
@unmanaged
export class Block {
  /** Lanes: even, or one. */
  n: i32;
  /** Rows of y. */
  states: i32;
  /** Index of the next step. */
  step: i32;
  /** Steps between two samples. */
  samplingSteps: i32;
  /** Steps until the next sample. */
  stepsToSample: i32;
  /** Not 0 where a sample needs algebraic variables. */
  observes: i32;
  /** Numbers of input sources, and of rows that a sample records. */
  inputCount: i32;
  recordedCount: i32;
  /** Step size, in the model's time unit. */
  h: f64;
  t: usize;
  y: usize;
  dy: usize;
  /** The solver's own rows. */
  work: usize;
  p: usize;
  out: usize;
  /** First InputSource; they lie side by side. */
  inputs: usize;
  /** Addresses (u32) of the rows that a sample records. */
  recorded: usize;
  /** Where the next sample goes: `recordedCount` rows a sample. */
  window: usize;
  /** Not 0 where there are delayed values. */
  delays: i32;
  /** Delayed values of edges, of which the first so many are whole steps late, and the first EdgeValue; they lie side by side. */
  edgeCount: i32;
  wholeCount: i32;
  edges: usize;
  /** Other delayed values, and the first DelayedValue. */
  delayedCount: i32;
  delayed: usize;
  /** The last steps' slots, each with the rows that `record` writes: step i is in slot i & mask. */
  history: usize;
  slotBytes: i32;
  mask: i32;
  /** A slot more: what `record` wrote of the start. */
  start: usize;
  /** What was before the start, where it is given: slot k is k steps before it, and the last one holds for all earlier times. */
  past: usize;
  pastBytes: i32;
  pastLast: i32;
  /** Rows of t. */
  timeRows: i32;
  /** The WienerNoise header of assembly/wiener.ts; read by stochastic solvers alone. */
  wiener: usize;
  /** First Bound of a state, and how many. */
  bounds: usize;
  boundCount: i32;
}

/** A value of the past that a model needs: an element of a delay line, `delay` steps before the time of the slope. */
@unmanaged
export class DelayedValue {
  /** The delayed value's row in p. */
  row: usize;
  /** The line's row in a slot: bytes from its beginning. */
  line: i32;
  /** The row of y that the line remembers, in bytes from y; -1 where it remembers something else. */
  state: i32;
  /** Delay in steps: a row of n lanes. */
  delay: usize;
  /** Not 0 where the delay is the same in all lanes. */
  uniform: i32;
  /** Not 0 where the value before the start is that of the start, and not zero. */
  startHeld: i32;
  /** Its row in a slot of the past: bytes from the slot's beginning; -1 where the past is not given. */
  past: i32;
  padding: i32;
}

/** A value of the past that an edge sends, equally late in all lanes, at least one step: 0 before the start. */
@unmanaged
export class EdgeValue {
  /** Its row in p. */
  row: usize;
  /** The line's row in a slot: bytes from its beginning. */
  line: i32;
  /** Delay in steps, where that is a whole number. */
  whole: i32;
  padding: i32;
  /** Delay in steps. */
  steps: f64;
}

/** Source of one input row: samples that last `hold` steps each. */
@unmanaged
export class InputSource {
  /** The input's row in p. */
  row: usize;
  /** The present sample: one f64 for all lanes, or a row of n. */
  sample: usize;
  /** Bytes from one sample to the next: 8 where all lanes share it, else 8 n. */
  stride: i32;
  /** Steps that a sample lasts, and how many it has left. */
  holdSteps: i32;
  stepsLeft: i32;
  padding: i32;
}
