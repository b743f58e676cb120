import type { PastField, VectorField } from "./vector-field.ts";

/** A vector field whose last free parameter keeps a value. */
export class RestrictedField implements VectorField {
  readonly states: readonly string[];
  readonly parameters: readonly string[];
  readonly outputs: readonly string[];
  readonly #field: VectorField;
  readonly #z: Float64Array;
  readonly #directions: readonly Float64Array[];
  readonly #jacobian: Float64Array;
  readonly past: PastField | undefined;

  constructor(field: VectorField, value: number) {
    const size = field.states.length + field.parameters.length;
    this.states = field.states;
    this.parameters = field.parameters.slice(0, -1);
    this.outputs = field.outputs;
    this.#field = field;
    this.#z = new Float64Array(size);
    this.#z[size - 1] = value;
    this.#directions = [0, 1, 2].map(() => new Float64Array(size));
    this.#jacobian = new Float64Array(field.states.length * size);
    this.past = field.past && this.#pastOf(field.past);
  }

  #pastOf(past: PastField): PastField {
    const { slots, delayCount } = past;
    const [n, count] = [this.states.length, this.parameters.length];
    const width = n + slots.length + count + 1;
    const wide = new Float64Array(n * width);
    const slopes = new Float64Array(delayCount * (count + 1));
    // Directions without the last parameter: it stands still.
    const within = [0, 1, 2].map(() => new Float64Array(width));
    const along = (which: number, direction: Float64Array) => {
      within[which].set(direction.subarray(0, width - 1));
      return within[which];
    };
    return {
      slots,
      delayCount,
      delays: (z, out, own) => {
        past.delays(this.whole(z), out, slopes);
        for (let i = 0; i < own.length; i++) own[i] = slopes[Math.floor(i / count) * (count + 1) + (i % count)];
      },
      jacobian: (z, out) => {
        past.jacobian(this.whole(z), wide);
        for (let i = 0; i < n; i++) for (let j = 0; j < width - 1; j++) out[i * (width - 1) + j] = wide[i * width + j];
      },
      second: (z, a, b, out) => past.second(this.whole(z), along(0, a), along(1, b), out),
      third: (z, a, b, c, out) => past.third(this.whole(z), along(0, a), along(1, b), along(2, c), out),
    };
  }

  /** z with the value of the last parameter. */
  whole(z: Float64Array): Float64Array {
    this.#z.set(z.subarray(0, this.#z.length - 1));
    return this.#z;
  }

  #along(which: number, direction: Float64Array): Float64Array {
    this.#directions[which].set(direction.subarray(0, this.#z.length - 1));
    return this.#directions[which];
  }

  evaluate(z: Float64Array, out: Float64Array): void {
    this.#field.evaluate(this.whole(z), out);
  }

  jacobian(z: Float64Array, out: Float64Array): void {
    const size = this.#z.length;
    this.#field.jacobian(this.whole(z), this.#jacobian);
    for (let i = 0; i < this.states.length; i++) for (let j = 0; j < size - 1; j++) out[i * (size - 1) + j] = this.#jacobian[i * size + j];
  }

  second(z: Float64Array, a: Float64Array, b: Float64Array, out: Float64Array): void {
    this.#field.second(this.whole(z), this.#along(0, a), this.#along(1, b), out);
  }

  third(z: Float64Array, a: Float64Array, b: Float64Array, c: Float64Array, out: Float64Array): void {
    this.#field.third(this.whole(z), this.#along(0, a), this.#along(1, b), this.#along(2, c), out);
  }

  observe(z: Float64Array, out: Float64Array): void {
    this.#field.observe(this.whole(z), out);
  }
}
