import type { Code } from "./code.ts";

/** Constants that a function keeps in locals; more than these would be spilled, and read from memory as often as they are used. */
const MOST = 64;

/** Sets each vector constant once, before everything else: engines make it anew at each place that names it. */
export class Constants {
  readonly #prologue: Code;
  readonly #main: Code;
  /** Bits of a constant → the local that holds it. */
  readonly #locals = new Map<bigint, number>();

  constructor(prologue: Code, main: Code) {
    this.#prologue = prologue;
    this.#main = main;
  }

  /** Leaves the same number in both lanes. */
  leave(value: number): void {
    const [bits] = new BigUint64Array(new Float64Array([value]).buffer);
    const known = this.#locals.get(bits);
    if (known === undefined && this.#locals.size === MOST) {
      this.#main.constant(value);
      return;
    }
    const local = known ?? this.#prologue.local("v128");
    this.#main.get(local);
    if (known !== undefined) return;
    this.#prologue.constant(value).set(local);
    this.#locals.set(bits, local);
  }
}
