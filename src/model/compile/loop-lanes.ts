import type { Code } from "./code.ts";
import { DEMOTE, PROMOTE_HIGH, PROMOTE_LOW, type Rounding } from "./step-graph.ts";
import { lanesOfVector } from "./vector-lanes.ts";

/** Bytes of a pair of lanes of f64. */
export const PAIR = 16;

/** How a loop has the lanes of rows, which are f64, in its vectors: a pair of them, or four as f32. */
export class LoopLanes {
  /** Pairs of a vector. */
  readonly pairs: 1 | 2;
  readonly #code: Code;
  readonly #address: number;
  readonly #vector: number;

  constructor(code: Code, rounding: Rounding) {
    this.#code = code;
    this.pairs = lanesOfVector(rounding) === 4 ? 2 : 1;
    this.#address = code.local("i32");
    this.#vector = code.local("v128");
  }

  /** Bytes of a row that a vector takes. */
  get bytes(): number {
    return this.pairs * PAIR;
  }

  /** Loads the vector that is so many bytes behind the address on the stack. */
  load(offset = 0): void {
    if (this.pairs === 1) this.#code.load("v128.load", offset);
    else {
      this.#code.tee(this.#address).load("v128.load", offset).get(this.#address);
      this.#code.load("v128.load", offset + PAIR);
      this.convert(DEMOTE);
    }
  }

  /** Makes of the f64 on the stack a vector of it. */
  splat(): void {
    if (this.pairs === 1) this.#code.do("f64x2.splat");
    else this.#code.do("f32.demote_f64").do("f32x4.splat");
  }

  /** Leaves a pair of a vector's lanes as f64. */
  pair(vector: number, pair: number): void {
    this.#code.get(vector);
    if (this.pairs === 2) this.convert(pair === 0 ? PROMOTE_LOW : PROMOTE_HIGH);
  }

  /** Stores a vector so many bytes behind an address. */
  store(address: number, vector: number, offset = 0): void {
    for (let pair = 0; pair < this.pairs; pair++) {
      this.#code.get(address);
      this.pair(vector, pair);
      this.#code.store(offset + pair * PAIR);
    }
  }

  /** Converts what is on the stack; false where the operation is another. */
  convert(op: string): boolean {
    const code = this.#code;
    if (op === PROMOTE_LOW) code.do("f64x2.promote_low_f32x4");
    else if (op === PROMOTE_HIGH) {
      code.tee(this.#vector).get(this.#vector).halves(1, 1);
      code.do("f64x2.promote_low_f32x4");
    } else if (op === DEMOTE) {
      code.set(this.#vector).do("f32x4.demote_f64x2_zero").get(this.#vector);
      code.do("f32x4.demote_f64x2_zero").halves(0, 0);
    } else return false;
    return true;
  }
}
