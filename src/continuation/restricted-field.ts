import type { VectorField } from "./vector-field.ts";

/** A vector field whose last free parameter keeps a value. */
export class RestrictedField implements VectorField {
  readonly states: readonly string[];
  readonly parameters: readonly string[];
  readonly outputs: readonly string[];
  readonly #field: VectorField;
  readonly #z: Float64Array;
  readonly #directions: readonly Float64Array[];
  readonly #jacobian: Float64Array;

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
