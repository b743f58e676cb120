// RODAS: a stiffly accurate, L-stable method of Rosenbrock's kind, order 4(3), six stages; Hairer, Wanner 1996, Solving Ordinary
// Differential Equations II, IV.7; coefficients of their code rodas. With u_i for h times combinations of slopes,
//   (1/(h g) - J) u_i = f(t + c_i h, y + sum a_ij u_j) + sum c_ij u_j / h + h d_i f_t,      yNew = last argument + u_6,  error = u_6.
//
// Rows of slopes: 0 the first slope, 1 to 6 the u_i, 7 the right-hand sides; then the matrix, a row for each element, factored in
// place lane by lane with partial pivoting, then f_t, then which row each pivot came from. Each lane's matrix is its own.
import { AdaptiveBlock, rowBytes, slopeRows, stateBytes } from "../adaptive/block";
import { inverseScales, slopeAt } from "../adaptive/stages";
import { add, both, mul, PAIR } from "../math/lanes";
import { jacobian } from "../model";

const GAMMA: f64 = 0.25;
const RIGHT = 7;
const MATRIX = 8;

@unmanaged
export class Rosenbrock {
  // @ts-ignore: decorator
  @inline errorOrder(): f64 {
    return 3.0;
  }
  // @ts-ignore: decorator
  @inline evaluations(): f64 {
    return 5.0;
  }
  // @ts-ignore: decorator
  @inline denseEvaluations(): f64 {
    return 0.0;
  }
  // @ts-ignore: decorator
  @inline firstSameAsLast(): boolean {
    return false;
  }
  // @ts-ignore: decorator
  @inline lastSlope(): i32 {
    return 0;
  }

  // @ts-ignore: decorator
  @inline attempt(b: AdaptiveBlock): void {
    factor(b);
    firstStages(b);
    lastStages(b);
    estimate(b);
  }

  // @ts-ignore: decorator
  @inline prepareDenseOutput(b: AdaptiveBlock): void {}

  // @ts-ignore: decorator
  @inline prepareLane(b: AdaptiveBlock, lane: usize): void {}

  /** Writes the kept states of the lane at `lane` bytes of a row, at the share x of its step, a row of `row` bytes each. */
  // @ts-ignore: decorator
  @inline denseOutput(b: AdaptiveBlock, lane: usize, x: f64, to: usize, row: usize): void {
    denseRodas(b, lane, x, to, row);
  }
}

// @ts-ignore: decorator
@inline
function matrix(b: AdaptiveBlock): usize {
  return slopeRows(b, MATRIX);
}

/** The rows f_t. */
// @ts-ignore: decorator
@inline
function inTime(b: AdaptiveBlock): usize {
  return matrix(b) + <usize>b.states * stateBytes(b);
}

/** The rows of pivots. */
// @ts-ignore: decorator
@inline
function pivots(b: AdaptiveBlock): usize {
  return inTime(b) + stateBytes(b);
}

/** The matrix 1/(h g) - J of every lane, factored. */
function factor(b: AdaptiveBlock): void {
  const row = rowBytes(b);
  if (b.timeRows) {
    for (let r = 0; r < b.timeRows; r++) memory.copy(b.wTimes + <usize>r * row, b.wT, row);
  }
  jacobian(b.wTimes, b.wY, matrix(b), b.wP, b.m);
  const end = matrix(b) + <usize>b.states * stateBytes(b);
  for (let at = matrix(b); at < end; at += PAIR) v128.store(at, f64x2.neg(v128.load(at)));
  for (let s = 0; s < b.states; s++) {
    const diagonal = matrix(b) + <usize>(s * (b.states + 1)) * row;
    for (let i: usize = 0; i < row; i += PAIR) {
      const inverse = f64x2.div(both(1.0 / GAMMA), v128.load(b.wH + i));
      v128.store(diagonal + i, add(v128.load(diagonal + i), inverse));
    }
  }
  for (let i: usize = 0; i < row; i += 8) factorLane(b, i);
}

/** Address of element (r, c) of the matrix of the lane at `lane` bytes of a row. */
// @ts-ignore: decorator
@inline
function element(b: AdaptiveBlock, r: i32, c: i32, lane: usize): usize {
  return matrix(b) + <usize>(r * b.states + c) * rowBytes(b) + lane;
}

function factorLane(b: AdaptiveBlock, lane: usize): void {
  const n = b.states;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    let largest = Math.abs(load<f64>(element(b, k, k, lane)));
    for (let r = k + 1; r < n; r++) {
      const size = Math.abs(load<f64>(element(b, r, k, lane)));
      if (size > largest) {
        largest = size;
        pivot = r;
      }
    }
    store<f64>(pivots(b) + <usize>k * rowBytes(b) + lane, <f64>pivot);
    if (pivot != k) {
      for (let c = 0; c < n; c++) {
        const a = element(b, k, c, lane);
        const z = element(b, pivot, c, lane);
        const kept = load<f64>(a);
        store<f64>(a, load<f64>(z));
        store<f64>(z, kept);
      }
    }
    const inverse = 1.0 / load<f64>(element(b, k, k, lane));
    for (let r = k + 1; r < n; r++) {
      const at = element(b, r, k, lane);
      const share = load<f64>(at) * inverse;
      store<f64>(at, share);
      if (share == 0.0) continue;
      for (let c = k + 1; c < n; c++) {
        const to = element(b, r, c, lane);
        store<f64>(to, load<f64>(to) - share * load<f64>(element(b, k, c, lane)));
      }
    }
  }
}

/** Solves for the right-hand sides of every lane; what comes out goes to u_i. */
function solve(b: AdaptiveBlock, i: i32): void {
  const to = slopeRows(b, i);
  memory.copy(to, slopeRows(b, RIGHT), stateBytes(b));
  for (let lane: usize = 0; lane < rowBytes(b); lane += 8) solveLane(b, to, lane);
}

function solveLane(b: AdaptiveBlock, x: usize, lane: usize): void {
  const n = b.states;
  const row = rowBytes(b);
  x += lane;
  // Rows were exchanged whole, what stood left of the pivot too: all exchanges first, then the two triangles.
  for (let k = 0; k < n; k++) {
    const pivot = <usize>load<f64>(pivots(b) + <usize>k * row + lane);
    const a = x + <usize>k * row;
    const z = x + pivot * row;
    const kept = load<f64>(a);
    store<f64>(a, load<f64>(z));
    store<f64>(z, kept);
  }
  for (let r = 1; r < n; r++) {
    let sum = load<f64>(x + <usize>r * row);
    for (let c = 0; c < r; c++) sum -= load<f64>(element(b, r, c, lane)) * load<f64>(x + <usize>c * row);
    store<f64>(x + <usize>r * row, sum);
  }
  for (let r = n - 1; r >= 0; r--) {
    let sum = load<f64>(x + <usize>r * row);
    for (let c = r + 1; c < n; c++) sum -= load<f64>(element(b, r, c, lane)) * load<f64>(x + <usize>c * row);
    store<f64>(x + <usize>r * row, sum / load<f64>(element(b, r, r, lane)));
  }
}

/** y + the weighted sum of u_1 to u_5, to `to`. */
// @ts-ignore: decorator
@inline
function argument(b: AdaptiveBlock, to: usize, a1: f64, a2: f64 = 0.0, a3: f64 = 0.0, a4: f64 = 0.0, a5: f64 = 0.0): void {
  const u = slopeRows(b, 1);
  const stride = stateBytes(b);
  for (let at: usize = 0; at < stride; at += PAIR) {
    v128.store(to + at, add(v128.load(b.wY + at), sumOf(u + at, stride, a1, a2, a3, a4, a5)));
  }
}

// @ts-ignore: decorator
@inline
function sumOf(u: usize, stride: usize, a1: f64, a2: f64, a3: f64, a4: f64, a5: f64): v128 {
  let sum = mul(both(a1), v128.load(u));
  if (a2 != 0.0) sum = add(sum, mul(both(a2), v128.load(u + stride)));
  if (a3 != 0.0) sum = add(sum, mul(both(a3), v128.load(u + 2 * stride)));
  if (a4 != 0.0) sum = add(sum, mul(both(a4), v128.load(u + 3 * stride)));
  if (a5 != 0.0) sum = add(sum, mul(both(a5), v128.load(u + 4 * stride)));
  return sum;
}

/** Adds sum c_j u_j / h + h d f_t to the slopes at the right-hand sides, and solves for u_i. */
// @ts-ignore: decorator
@inline
function stage(b: AdaptiveBlock, i: i32, d: f64, c1: f64, c2: f64 = 0.0, c3: f64 = 0.0, c4: f64 = 0.0, c5: f64 = 0.0): void {
  const right = slopeRows(b, RIGHT);
  const u = slopeRows(b, 1);
  const row = rowBytes(b);
  const stride = stateBytes(b);
  for (let at: usize = 0; at < stride; at += row) {
    for (let i: usize = 0; i < row; i += PAIR) {
      const h = v128.load(b.wH + i);
      const here = at + i;
      let sum = add(v128.load(right + here), f64x2.div(sumOf(u + here, stride, c1, c2, c3, c4, c5), h));
      if (d != 0.0) sum = add(sum, mul(mul(both(d), h), v128.load(inTime(b) + here)));
      v128.store(right + here, sum);
    }
  }
  solve(b, i);
}

function firstStages(b: AdaptiveBlock): void {
  const right = slopeRows(b, RIGHT);
  const row = rowBytes(b);
  for (let at: usize = 0; at < stateBytes(b); at += row) {
    for (let i: usize = 0; i < row; i += PAIR) {
      const here = at + i;
      const inT = mul(mul(both(0.25), v128.load(b.wH + i)), v128.load(inTime(b) + here));
      v128.store(right + here, add(v128.load(b.wK + here), inT));
    }
  }
  solve(b, 1);
  argument(b, b.wStage, 1.544);
  slopeAt(b, 0.386, b.wStage, right);
  stage(b, 2, -0.1043, -5.6688);
  argument(b, b.wStage, 0.9466785280815826, 0.2557011698983284);
  slopeAt(b, 0.21, b.wStage, right);
  stage(b, 3, 0.1035, -2.430093356833875, -0.2063599157091915);
}

function lastStages(b: AdaptiveBlock): void {
  const right = slopeRows(b, RIGHT);
  argument(b, b.wStage, 3.314825187068521, 2.896124015972201, 0.9986419139977817);
  slopeAt(b, 0.63, b.wStage, right);
  stage(b, 4, -0.0362, -0.1073529058151375, -9.594562251023355, -20.47028614809616);
  argument(b, b.wStage, 1.221224509226641, 6.019134481288629, 12.53708332932087, -0.687886036105895);
  slopeAt(b, 1.0, b.wStage, right);
  stage(b, 5, 0.0, 7.496443313967647, -10.24680431464352, -33.99990352819905, 11.7089089320616);
  argument(b, b.wStage, 1.221224509226641, 6.019134481288629, 12.53708332932087, -0.687886036105895, 1.0);
  slopeAt(b, 1.0, b.wStage, right);
  stage(b, 6, 0.0, 8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054);
}

/** The new state is the last argument and u_6, which is the error's estimate. */
function estimate(b: AdaptiveBlock): void {
  const row = rowBytes(b);
  const stride = stateBytes(b);
  const last = slopeRows(b, 6);
  for (let at: usize = 0; at < stride; at += PAIR) v128.store(b.wYNew + at, add(v128.load(b.wStage + at), v128.load(last + at)));
  inverseScales(b);
  for (let i: usize = 0; i < row; i += PAIR) {
    let sum = both(0.0);
    for (let at = i; at < stride; at += row) {
      const part = mul(v128.load(last + at), v128.load(b.wStage + at));
      sum = add(sum, mul(part, part));
    }
    v128.store(b.wNorm + i, f64x2.sqrt(f64x2.div(sum, both(<f64>b.components))));
  }
}

// @ts-ignore: decorator
@inline
function lateral(u: usize, stride: usize, d1: f64, d2: f64, d3: f64, d4: f64, d5: f64): f64 {
  const early = d1 * load<f64>(u) + d2 * load<f64>(u + stride) + d3 * load<f64>(u + 2 * stride);
  return early + d4 * load<f64>(u + 3 * stride) + d5 * load<f64>(u + 4 * stride);
}

function denseRodas(b: AdaptiveBlock, lane: usize, x: f64, to: usize, row: usize): void {
  const stride = stateBytes(b);
  const rest = 1.0 - x;
  for (let j = 0; j < b.keptCount; j++, to += row) {
    const at = <usize>load<u32>(b.kept + (<usize>j << 2)) * rowBytes(b) + lane;
    const u = slopeRows(b, 1) + at;
    const second = lateral(u, stride, 10.12623508344586, -7.487995877610167, -34.80091861555747, -7.992771707568823, 1.025137723295662);
    const third = lateral(u, stride, -0.6762803392801253, 6.087714651680015, 16.43084320892478, 24.76722511418386, -6.594389125716872);
    const inner = load<f64>(b.wYNew + at) + rest * (second + x * third);
    store<f64>(to, rest * load<f64>(b.wY + at) + x * inner);
  }
}
