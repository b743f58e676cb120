// Door of the module whose functions are copied into models: each function in place over `size` bytes of lanes at x.
// Their bodies use no memory but what their arguments name, and no globals. All take (x, size, other), so that a model calls
// each in the same way: `other` is the exponents for pow, and nothing for the rest.
import { acos } from "./acos";
import { asin } from "./asin";
import { atan } from "./atan";
import { cbrt } from "./cbrt";
import { cos } from "./cos";
import { cosh } from "./cosh";
import { chain, spmv } from "./spmv";
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

/** x = acos(x). */
export function acoss(x: usize, size: usize, other: usize): void {
  const end = x + size;
  do {
    v128.store(x, acos(v128.load(x)));
    x += PAIR;
  } while (x < end);
}

/** x = asin(x). */
export function asins(x: usize, size: usize, other: usize): void {
  const end = x + size;
  do {
    v128.store(x, asin(v128.load(x)));
    x += PAIR;
  } while (x < end);
}

/** x = atan(x). */
export function atans(x: usize, size: usize, other: usize): void {
  const end = x + size;
  do {
    v128.store(x, atan(v128.load(x)));
    x += PAIR;
  } while (x < end);
}

/** x = cbrt(x). */
export function cbrts(x: usize, size: usize, other: usize): void {
  const end = x + size;
  do {
    v128.store(x, cbrt(v128.load(x)));
    x += PAIR;
  } while (x < end);
}

/** x = cos(x). */
export function coss(x: usize, size: usize, other: usize): void {
  const end = x + size;
  do {
    v128.store(x, cos(v128.load(x)));
    x += PAIR;
  } while (x < end);
}

/** x = cosh(x). */
export function coshs(x: usize, size: usize, other: usize): void {
  const end = x + size;
  do {
    v128.store(x, cosh(v128.load(x)));
    x += PAIR;
  } while (x < end);
}

/** x = exp(x). */
export function exps(x: usize, size: usize, other: usize): void {
  const end = x + size;
  do {
    v128.store(x, exp(v128.load(x)));
    x += PAIR;
  } while (x < end);
}

/** x = log(x). */
export function logs(x: usize, size: usize, other: usize): void {
  const end = x + size;
  do {
    v128.store(x, log(v128.load(x)));
    x += PAIR;
  } while (x < end);
}

/** x = sin(x). */
export function sins(x: usize, size: usize, other: usize): void {
  const end = x + size;
  do {
    v128.store(x, sin(v128.load(x)));
    x += PAIR;
  } while (x < end);
}

/** x = sinh(x). */
export function sinhs(x: usize, size: usize, other: usize): void {
  const end = x + size;
  do {
    v128.store(x, sinh(v128.load(x)));
    x += PAIR;
  } while (x < end);
}

/** x = tan(x). */
export function tans(x: usize, size: usize, other: usize): void {
  const end = x + size;
  do {
    v128.store(x, tan(v128.load(x)));
    x += PAIR;
  } while (x < end);
}

/** x = tanh(x). */
export function tanhs(x: usize, size: usize, other: usize): void {
  const end = x + size;
  do {
    v128.store(x, tanh(v128.load(x)));
    x += PAIR;
  } while (x < end);
}

/** x = erf(x). */
export function erfs(x: usize, size: usize, other: usize): void {
  const end = x + size;
  do {
    v128.store(x, erf(v128.load(x)));
    x += PAIR;
  } while (x < end);
}

/** x = expm1(x). */
export function expm1s(x: usize, size: usize, other: usize): void {
  const end = x + size;
  do {
    v128.store(x, expm1(v128.load(x)));
    x += PAIR;
  } while (x < end);
}

/** x = exprel(x). */
export function exprels(x: usize, size: usize, other: usize): void {
  const end = x + size;
  do {
    v128.store(x, exprel(v128.load(x)));
    x += PAIR;
  } while (x < end);
}

/** x = log10(x). */
export function log10s(x: usize, size: usize, other: usize): void {
  const end = x + size;
  do {
    v128.store(x, log10(v128.load(x)));
    x += PAIR;
  } while (x < end);
}

/** x = log1p(x). */
export function log1ps(x: usize, size: usize, other: usize): void {
  const end = x + size;
  do {
    v128.store(x, log1p(v128.load(x)));
    x += PAIR;
  } while (x < end);
}

/** x = x ^ y, where `y` has as many lanes. */
export function pows(x: usize, size: usize, y: usize): void {
  const end = x + size;
  do {
    v128.store(x, pow(v128.load(x), v128.load(y)));
    x += PAIR;
    y += PAIR;
  } while (x < end);
}

/** x = S(x). */
export function sigmoids(x: usize, size: usize, other: usize): void {
  const end = x + size;
  do {
    v128.store(x, sigmoid(v128.load(x)));
    x += PAIR;
  } while (x < end);
}

/** A matrix of weights times rows of sources (spmv.ts): other arguments than those of the functions above. */
export function couples(out: usize, weights: usize, table: usize, p: usize, stride: i32): void {
  spmv(out, weights, table, p, stride);
}

/** Stages of delays (spmv.ts). */
export function chains(out: usize, y: usize, table: usize, p: usize, stride: i32): void {
  chain(out, y, table, p, stride);
}
