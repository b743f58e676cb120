import { allocator } from "../kernel/allocate.ts";
import type { FieldModule, GivenRow } from "../model/compile/field.ts";
import { link } from "../model/wasm.ts";

/**
 * u' = f(u, λ), autonomous, with exact derivatives. z = [u, λ]: n states, then the m free parameters. Nothing that is given or filled is
 * kept; no two calls share what they fill.
 */
export interface VectorField {
  /** Paths of the states. */
  readonly states: readonly string[];
  /** Names of the free parameters, as the caller calls them. */
  readonly parameters: readonly string[];
  /** Names of the outputs. */
  readonly outputs: readonly string[];
  /** f, n numbers. */
  evaluate(z: Float64Array, out: Float64Array): void;
  /** Row-major n × (n + m): ∂f_i/∂z_j. */
  jacobian(z: Float64Array, out: Float64Array): void;
  /** D²f(z)[a, b], n numbers; a and b have n + m. */
  second(z: Float64Array, a: Float64Array, b: Float64Array, out: Float64Array): void;
  /** D³f(z)[a, b, c]. */
  third(z: Float64Array, a: Float64Array, b: Float64Array, c: Float64Array, out: Float64Array): void;
  /** The outputs. */
  observe(z: Float64Array, out: Float64Array): void;
}

/** A function of a field's module: addresses of rows, and how many numbers a row has. */
type FieldFunction = (y: number, out: number, p: number, d: number, n: number) => void;

/** What a field's module exports. */
interface FieldExports extends WebAssembly.Exports {
  evaluate: FieldFunction;
  jacobian: FieldFunction;
  second: FieldFunction;
  third: FieldFunction;
  observe: FieldFunction;
  margins: FieldFunction;
}

const functionNames = ["evaluate", "jacobian", "second", "third", "observe", "margins"];

function areOfField(exports: WebAssembly.Exports): exports is FieldExports {
  return functionNames.every((name) => typeof exports[name] === "function");
}

const F64 = Float64Array.BYTES_PER_ELEMENT;

/** Names that a field is known by, and the rows that its free parameters set. */
export interface FieldNames {
  parameters: readonly string[];
  outputs: readonly string[];
  free: readonly (readonly GivenRow[])[];
}

/** A vector field in WebAssembly, at parameters that may be loaded anew. */
export class CompiledField implements VectorField {
  readonly states: readonly string[];
  readonly parameters: readonly string[];
  readonly outputs: readonly string[];
  readonly #functions: FieldExports;
  readonly #f64: Float64Array;
  /** Addresses of rows. */
  readonly #at: { y: number; out: number; p: number; d: number };
  /** The rows of p that each free parameter sets, as indices of f64. */
  readonly #free: readonly Int32Array[];
  /** Comparisons and functions with corners, and the states whose equations have them. */
  readonly corners: FieldModule["corners"];

  constructor(field: FieldModule, { parameters, outputs, free }: FieldNames) {
    const { layout, rowsOfP, corners } = field;
    const states = layout.states.length;
    const size = states + free.length;
    this.states = layout.states.map(({ path }) => path);
    this.parameters = parameters;
    this.outputs = outputs;
    this.corners = corners;
    const { allocate, pages } = allocator();
    const most = Math.max(states * size, outputs.length, corners.length, 1);
    // A pair is written where a single number is all there is behind it.
    const rows = (count: number) => allocate((count + 2) * F64);
    this.#at = { y: rows(states), out: rows(most), p: rows(rowsOfP), d: rows(3 * size) };
    const memory = new WebAssembly.Memory({ initial: pages() });
    this.#f64 = new Float64Array(memory.buffer);
    // The loader's wrappers cost as much as a call of a small field.
    const { imports } = link(field.module, memory);
    if (!areOfField(imports)) throw new Error("the module of a vector field lacks a function");
    this.#functions = imports;
    const first = this.#at.p / F64;
    this.#free = free.map((own) => Int32Array.from(own, ({ kind, row }) => first + (kind === "param" ? row : layout.params.length + row)));
    this.load(Float64Array.from([...layout.params, ...layout.inputs], ({ value }) => value));
  }

  /** Sets parameters and inputs, in the order of the model; those that are free are set by z. */
  load(values: Float64Array): void {
    this.#f64.set(values, this.#at.p / F64);
  }

  evaluate(z: Float64Array, out: Float64Array): void {
    this.#place(z);
    this.#call(this.#functions.evaluate, out, this.states.length);
  }

  jacobian(z: Float64Array, out: Float64Array): void {
    this.#place(z);
    this.#call(this.#functions.jacobian, out, this.states.length * (this.states.length + this.#free.length));
  }

  second(z: Float64Array, a: Float64Array, b: Float64Array, out: Float64Array): void {
    this.#place(z);
    this.#direct(0, a);
    this.#direct(1, b);
    this.#call(this.#functions.second, out, this.states.length);
  }

  third(z: Float64Array, a: Float64Array, b: Float64Array, c: Float64Array, out: Float64Array): void {
    this.#place(z);
    this.#direct(0, a);
    this.#direct(1, b);
    this.#direct(2, c);
    this.#call(this.#functions.third, out, this.states.length);
  }

  observe(z: Float64Array, out: Float64Array): void {
    this.#place(z);
    this.#call(this.#functions.observe, out, this.outputs.length);
  }

  /** What is 0 at the corners of the field, in their order. */
  marginsAt(z: Float64Array, out: Float64Array): void {
    this.#place(z);
    this.#call(this.#functions.margins, out, this.corners.length);
  }

  #place(z: Float64Array): void {
    const [f64, states, y] = [this.#f64, this.states.length, this.#at.y / F64];
    for (let i = 0; i < states; i++) f64[y + i] = z[i];
    for (let j = 0; j < this.#free.length; j++) {
      const rows = this.#free[j];
      for (let k = 0; k < rows.length; k++) f64[rows[k]] = z[states + j];
    }
  }

  #direct(which: number, direction: Float64Array): void {
    const size = this.states.length + this.#free.length;
    const first = this.#at.d / F64 + which * size;
    for (let i = 0; i < size; i++) this.#f64[first + i] = direction[i];
  }

  #call(work: FieldFunction, out: Float64Array, count: number): void {
    const { y, out: to, p, d } = this.#at;
    work(y, to, p, d, 1);
    const first = to / F64;
    for (let i = 0; i < count; i++) out[i] = this.#f64[first + i];
  }
}
