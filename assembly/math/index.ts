// Door of math.wasm: each function over a row, for tests and benches.
// Loops over lanes are do-while: V8 lifts a polynomial's constants out of a loop only where its body runs at least once.
import { exp } from "./exp";
import { PAIR } from "./lanes";
import { log } from "./log";
import { sigmoid, sigmoids } from "./sigmoid";

/** out[i] = exp(x[i]) for n lanes; n is even. */
export function expRow(x: usize, out: usize, n: i32): void {
  const end = x + (<usize>n << 3);
  do {
    v128.store(out, exp(v128.load(x)));
    x += PAIR;
    out += PAIR;
  } while (x < end);
}

/** out[i] = log(x[i]) for n lanes; n is even. */
export function logRow(x: usize, out: usize, n: i32): void {
  const end = x + (<usize>n << 3);
  do {
    v128.store(out, log(v128.load(x)));
    x += PAIR;
    out += PAIR;
  } while (x < end);
}

/** out[i] = sigmoid(x[i]) for n lanes; n is even. */
export function sigmoidRow(x: usize, out: usize, n: i32): void {
  const end = x + (<usize>n << 3);
  do {
    v128.store(out, sigmoid(v128.load(x)));
    x += PAIR;
    out += PAIR;
  } while (x < end);
}

/** out[i] = sigmoid(x[i]) for n lanes, by the loops that models use; n is even, `scratch` has five times the bytes of x. */
export function sigmoidsRow(x: usize, out: usize, n: i32, scratch: usize): void {
  const size = <usize>n << 3;
  memory.copy(out, x, size);
  sigmoids(out, size, scratch);
}
