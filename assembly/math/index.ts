// Door of math.wasm: each function over a row, for tests and benches.
// Loops over lanes are do-while: V8 lifts a polynomial's constants out of a loop only where its body runs at least once.
import { acos } from "./acos";
import { asin } from "./asin";
import { atan } from "./atan";
import { cbrt } from "./cbrt";
import { cos } from "./cos";
import { cosh } from "./cosh";
import { exp } from "./exp";
import { erf } from "./erf";
import { expm1 } from "./expm1";
import { exprel } from "./exprel";
import { log10 } from "./log10";
import { log1p } from "./log1p";
import { PAIR } from "./lanes";
import { log } from "./log";
import { pow } from "./pow";
import { sigmoid } from "./sigmoid";
import { sin } from "./sin";
import { sinh } from "./sinh";
import { tan } from "./tan";
import { tanh } from "./tanh";

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

/** out[i] = sin(x[i]) for n lanes; n is even. */
export function sinRow(x: usize, out: usize, n: i32): void {
  const end = x + (<usize>n << 3);
  do {
    v128.store(out, sin(v128.load(x)));
    x += PAIR;
    out += PAIR;
  } while (x < end);
}

/** out[i] = cos(x[i]) for n lanes; n is even. */
export function cosRow(x: usize, out: usize, n: i32): void {
  const end = x + (<usize>n << 3);
  do {
    v128.store(out, cos(v128.load(x)));
    x += PAIR;
    out += PAIR;
  } while (x < end);
}

/** out[i] = tan(x[i]) for n lanes; n is even. */
export function tanRow(x: usize, out: usize, n: i32): void {
  const end = x + (<usize>n << 3);
  do {
    v128.store(out, tan(v128.load(x)));
    x += PAIR;
    out += PAIR;
  } while (x < end);
}

/** out[i] = tanh(x[i]) for n lanes; n is even. */
export function tanhRow(x: usize, out: usize, n: i32): void {
  const end = x + (<usize>n << 3);
  do {
    v128.store(out, tanh(v128.load(x)));
    x += PAIR;
    out += PAIR;
  } while (x < end);
}

/** out[i] = sinh(x[i]) for n lanes; n is even. */
export function sinhRow(x: usize, out: usize, n: i32): void {
  const end = x + (<usize>n << 3);
  do {
    v128.store(out, sinh(v128.load(x)));
    x += PAIR;
    out += PAIR;
  } while (x < end);
}

/** out[i] = cosh(x[i]) for n lanes; n is even. */
export function coshRow(x: usize, out: usize, n: i32): void {
  const end = x + (<usize>n << 3);
  do {
    v128.store(out, cosh(v128.load(x)));
    x += PAIR;
    out += PAIR;
  } while (x < end);
}

/** out[i] = asin(x[i]) for n lanes; n is even. */
export function asinRow(x: usize, out: usize, n: i32): void {
  const end = x + (<usize>n << 3);
  do {
    v128.store(out, asin(v128.load(x)));
    x += PAIR;
    out += PAIR;
  } while (x < end);
}

/** out[i] = acos(x[i]) for n lanes; n is even. */
export function acosRow(x: usize, out: usize, n: i32): void {
  const end = x + (<usize>n << 3);
  do {
    v128.store(out, acos(v128.load(x)));
    x += PAIR;
    out += PAIR;
  } while (x < end);
}

/** out[i] = atan(x[i]) for n lanes; n is even. */
export function atanRow(x: usize, out: usize, n: i32): void {
  const end = x + (<usize>n << 3);
  do {
    v128.store(out, atan(v128.load(x)));
    x += PAIR;
    out += PAIR;
  } while (x < end);
}

/** out[i] = cbrt(x[i]) for n lanes; n is even. */
export function cbrtRow(x: usize, out: usize, n: i32): void {
  const end = x + (<usize>n << 3);
  do {
    v128.store(out, cbrt(v128.load(x)));
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

/** out[i] = erf(x[i]) for n lanes; n is even. */
export function erfRow(x: usize, out: usize, n: i32): void {
  const end = x + (<usize>n << 3);
  do {
    v128.store(out, erf(v128.load(x)));
    x += PAIR;
    out += PAIR;
  } while (x < end);
}

/** out[i] = expm1(x[i]) for n lanes; n is even. */
export function expm1Row(x: usize, out: usize, n: i32): void {
  const end = x + (<usize>n << 3);
  do {
    v128.store(out, expm1(v128.load(x)));
    x += PAIR;
    out += PAIR;
  } while (x < end);
}

/** out[i] = exprel(x[i]) for n lanes; n is even. */
export function exprelRow(x: usize, out: usize, n: i32): void {
  const end = x + (<usize>n << 3);
  do {
    v128.store(out, exprel(v128.load(x)));
    x += PAIR;
    out += PAIR;
  } while (x < end);
}

/** out[i] = log10(x[i]) for n lanes; n is even. */
export function log10Row(x: usize, out: usize, n: i32): void {
  const end = x + (<usize>n << 3);
  do {
    v128.store(out, log10(v128.load(x)));
    x += PAIR;
    out += PAIR;
  } while (x < end);
}

/** out[i] = log1p(x[i]) for n lanes; n is even. */
export function log1pRow(x: usize, out: usize, n: i32): void {
  const end = x + (<usize>n << 3);
  do {
    v128.store(out, log1p(v128.load(x)));
    x += PAIR;
    out += PAIR;
  } while (x < end);
}

/** out[i] = pow(x[i], y[i]) for n lanes; n is even. */
export function powRow(x: usize, y: usize, out: usize, n: i32): void {
  const end = x + (<usize>n << 3);
  do {
    v128.store(out, pow(v128.load(x), v128.load(y)));
    x += PAIR;
    y += PAIR;
    out += PAIR;
  } while (x < end);
}
