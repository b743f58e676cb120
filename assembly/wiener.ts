// Noise: g dW for states, white noise g dW/h for inputs, held through the step. The increments dW of the chunk's steps lie ready, made
// by noise/brownian.ts; the intensities g are rows: numbers, parameters, or what the model's own `diffuse` computes from the state.
import { Block } from "./block";
import { add, both, bytes, div, LANE, mul, PAIR, sub } from "./math/lanes";
import { diffuse } from "./model";


/** What all noise of a block has in common; src/kernel/wiener.ts writes it. */
@unmanaged
export class WienerNoise {
  /** Terms; they lie side by side. */
  termCount: i32;
  terms: usize;
  /** Not 0 where `diffuse` computes intensities. */
  computed: i32;
  /** Rows that `diffuse` writes: at the step's beginning, and at a stage. */
  atStart: usize;
  atStage: usize;
}

/** Noise on one variable. */
@unmanaged
export class NoiseTerm {
  /** Where a state's row is: bytes from y. Or the row of p of an input. */
  row: usize;
  /** The row of an input without its noise; 0 for a state. */
  base: usize;
  /** Rows of the intensity at the step's beginning and at a stage: one row where `diffuse` does not write it. */
  atStart: usize;
  atStage: usize;
  /** The present increment: one f64 for all lanes, or a row of n. */
  increment: usize;
  /** Bytes from one increment to the next: 8 where all lanes share it. */
  stride: i32;
}

// @ts-ignore: decorator
@inline
function wienerOf(block: Block): WienerNoise {
  return changetype<WienerNoise>(block.wiener);
}

/** Whether there is noise at all. */
// @ts-ignore: decorator
@inline
export function isNoisy(block: Block): bool {
  return wienerOf(block).termCount != 0;
}

/** Whether intensities change within a step. */
// @ts-ignore: decorator
@inline
export function isMultiplicative(block: Block): bool {
  return wienerOf(block).computed != 0;
}

/** The pair of increments `at` bytes into a row. */
// @ts-ignore: decorator
@inline
function increment(term: NoiseTerm, at: usize): v128 {
  return term.stride == 8 ? v128.load64_splat(term.increment) : v128.load(term.increment + at);
}

/** Stores a pair of a row of `size` bytes: one lane alone is half a pair, and another row stands behind it. */
// @ts-ignore: decorator
@inline
function put(at: usize, pair: v128, size: usize): void {
  if (size == LANE) v128.store64_lane(at, pair, 0);
  else v128.store(at, pair);
}

/** Puts white noise on inputs, with the intensities of the step's beginning or, where `stage` is not 0, those of a stage. */
function writeNoisyInputs(block: Block, stage: i32): void {
  const wiener = wienerOf(block);
  const size = bytes(1, block.n);
  const h = both(block.h);
  let next = wiener.terms;
  for (let i = 0, count = wiener.termCount; i < count; i++, next += offsetof<NoiseTerm>()) {
    const term = changetype<NoiseTerm>(next);
    if (term.base == 0) continue;
    const g = stage ? term.atStage : term.atStart;
    for (let at: usize = 0; at < size; at += PAIR) {
      const white = div(mul(v128.load(g + at), increment(term, at)), h);
      put(term.row + at, add(v128.load(term.base + at), white), size);
    }
  }
}

/** Intensities and inputs at the beginning of a step. */
export function addInputNoise(block: Block): void {
  const wiener = wienerOf(block);
  if (wiener.computed) diffuse(block.t, block.y, wiener.atStart, block.p, block.n);
  writeNoisyInputs(block, 0);
}

/** Intensities, and inputs with them, at a stage's state; time and delayed values are those that the rows hold. */
export function addInputNoiseAt(block: Block, y: usize): void {
  const wiener = wienerOf(block);
  if (!wiener.computed) return;
  diffuse(block.t, y, wiener.atStage, block.p, block.n);
  writeNoisyInputs(block, 1);
}

/** Intensities alone, at a stage's state. */
export function intensitiesAt(block: Block, y: usize): void {
  diffuse(block.t, y, wienerOf(block).atStage, block.p, block.n);
}

/** y += g dW for noisy states, g of the step's beginning; y is any set of states. */
export function addDiffusion(block: Block, y: usize): void {
  const wiener = wienerOf(block);
  const size = bytes(1, block.n);
  let next = wiener.terms;
  for (let i = 0, count = wiener.termCount; i < count; i++, next += offsetof<NoiseTerm>()) {
    const term = changetype<NoiseTerm>(next);
    if (term.base != 0) continue;
    const row = y + term.row;
    for (let at: usize = 0; at < size; at += PAIR) {
      put(row + at, add(v128.load(row + at), mul(v128.load(term.atStart + at), increment(term, at))), size);
    }
  }
}

/** y += (g + g')/2 dW for noisy states, g' of a stage. */
export function addMeanDiffusion(block: Block, y: usize): void {
  const wiener = wienerOf(block);
  const size = bytes(1, block.n);
  const half = both(0.5);
  let next = wiener.terms;
  for (let i = 0, count = wiener.termCount; i < count; i++, next += offsetof<NoiseTerm>()) {
    const term = changetype<NoiseTerm>(next);
    if (term.base != 0) continue;
    const row = y + term.row;
    for (let at: usize = 0; at < size; at += PAIR) {
      const g = mul(half, add(v128.load(term.atStart + at), v128.load(term.atStage + at)));
      put(row + at, add(v128.load(row + at), mul(g, increment(term, at))), size);
    }
  }
}

/** y += c g for noisy states: how far a supporting state is off. */
export function addSupportOffset(block: Block, y: usize, c: f64): void {
  const wiener = wienerOf(block);
  const size = bytes(1, block.n);
  const factor = both(c);
  let next = wiener.terms;
  for (let i = 0, count = wiener.termCount; i < count; i++, next += offsetof<NoiseTerm>()) {
    const term = changetype<NoiseTerm>(next);
    const row = y + term.row;
    for (let at: usize = 0; at < size; at += PAIR) {
      put(row + at, add(v128.load(row + at), mul(factor, v128.load(term.atStart + at))), size);
    }
  }
}

/** y += (g' - g) (dW^2 - h) / (2 root) for noisy states, root = sqrt(h). */
export function milsteinCorrection(block: Block, y: usize, root: f64): void {
  const wiener = wienerOf(block);
  const size = bytes(1, block.n);
  const h = both(block.h);
  const scale = both(0.5 / root);
  let next = wiener.terms;
  for (let i = 0, count = wiener.termCount; i < count; i++, next += offsetof<NoiseTerm>()) {
    const term = changetype<NoiseTerm>(next);
    const row = y + term.row;
    for (let at: usize = 0; at < size; at += PAIR) {
      const dW = increment(term, at);
      const slope = mul(scale, sub(v128.load(term.atStage + at), v128.load(term.atStart + at)));
      put(row + at, add(v128.load(row + at), mul(slope, sub(mul(dW, dW), h))), size);
    }
  }
}

/** Advances to the increments of the next step. */
export function nextIncrements(block: Block): void {
  const wiener = wienerOf(block);
  let next = wiener.terms;
  for (let i = 0, count = wiener.termCount; i < count; i++, next += offsetof<NoiseTerm>()) {
    const term = changetype<NoiseTerm>(next);
    term.increment += term.stride;
  }
}
