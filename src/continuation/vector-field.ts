import { sanitize } from "../errors.ts";
import { allocator } from "../kernel/allocate.ts";
import type { FieldModule, GivenRow } from "../model/compile/field.ts";
import type { LateState } from "../model/compile/late-states.ts";
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
  /** What f looks back to. Where there is something, all that stands above is of u at rest, which is the same at all times. */
  readonly past?: PastField | undefined;
}

/**
 * u' = f(u, λ) as a function of states of the present, of states of the past (slots), and of parameters by themselves, at rest in z: directions and
 * columns have a number for each of them, in this order.
 */
export interface PastField {
  readonly slots: readonly LateState[];
  /** Sets the delays, and their derivatives by the free parameters, a row for each delay. */
  delays(z: Float64Array, out: Float64Array, slopes: Float64Array): void;
  readonly delayCount: number;
  jacobian(z: Float64Array, out: Float64Array): void;
  second(z: Float64Array, a: Float64Array, b: Float64Array, out: Float64Array): void;
  third(z: Float64Array, a: Float64Array, b: Float64Array, c: Float64Array, out: Float64Array): void;
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
  delays?: FieldFunction;
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
  readonly #slots: readonly LateState[];
  /** Present states, states of the past, free parameters. */
  readonly #width: number;
  readonly #wide: Float64Array;
  readonly past: PastField | undefined;
  /** Comparisons and functions with corners, and the states whose equations have them. */
  readonly corners: FieldModule["corners"];

  constructor(field: FieldModule, { parameters, outputs, free }: FieldNames) {
    const { layout, rowsOfP, corners, past = { slots: [], delays: 0 } } = field;
    const states = layout.states.length;
    const size = states + past.slots.length + free.length;
    this.#slots = past.slots;
    this.#width = size;
    this.#wide = new Float64Array(past.slots.length > 0 ? states * size : 0);
    this.states = layout.states.map(({ path }) => path);
    this.parameters = parameters;
    this.outputs = outputs;
    this.corners = corners;
    const { allocate, pages } = allocator();
    const most = Math.max(states * size, outputs.length, corners.length, past.delays * (1 + free.length), 1);
    // A pair is written where a single number is all there is behind it.
    const rows = (count: number) => allocate((count + 2) * F64);
    this.#at = { y: rows(states + past.slots.length), out: rows(most), p: rows(rowsOfP), d: rows(3 * size) };
    const memory = new WebAssembly.Memory({ initial: pages() });
    this.#f64 = new Float64Array(memory.buffer);
    // The loader's wrappers cost as much as a call of a small field.
    const { imports } = link(field.module, memory);
    if (!areOfField(imports)) throw new Error("the module of a vector field lacks a function");
    this.#functions = imports;
    const first = this.#at.p / F64;
    this.#free = free.map((own) => Int32Array.from(own, ({ kind, row }) => first + (kind === "param" ? row : layout.params.length + row)));
    this.past = past.slots.length > 0 ? this.#pastOf(past) : undefined;
    this.load(Float64Array.from([...layout.params, ...layout.inputs], ({ value }) => value));
  }

  #pastOf({ slots, delays: delayCount }: NonNullable<FieldModule["past"]>): PastField {
    const n = this.states.length;
    const { delays } = this.#functions;
    if (!delays) throw new Error("the module of a vector field with delays lacks a function");
    const found = new Float64Array(delayCount * (1 + this.#free.length));
    return {
      slots,
      delayCount,
      delays: (z, out, slopes) => {
        this.#place(z);
        this.#call(delays, found, found.length);
        for (let j = 0; j < delayCount; j++) out[j] = found[j];
        for (let j = 0; j < slopes.length; j++) slopes[j] = found[delayCount + j];
      },
      jacobian: (z, out) => {
        this.#place(z);
        this.#call(this.#functions.jacobian, out, n * this.#width);
      },
      second: (z, ...directions) => this.#along(this.#functions.second, z, directions),
      third: (z, ...directions) => this.#along(this.#functions.third, z, directions),
    };
  }

  /** Derivatives along directions of all variables; the last of `given` is where they are put. */
  #along(work: FieldFunction, z: Float64Array, given: readonly Float64Array[]): void {
    this.#place(z);
    const last = given.length - 1;
    for (let which = 0; which < last; which++) this.#f64.set(given[which], this.#at.d / F64 + which * this.#width);
    this.#call(work, given[last], this.states.length);
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
    const [n, slots, width] = [this.states.length, this.#slots, this.#width];
    if (slots.length === 0) {
      this.#call(this.#functions.jacobian, out, n * width);
      return;
    }
    const wide = this.#wide;
    this.#call(this.#functions.jacobian, wide, n * width);
    const size = width - slots.length;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < size; j++) out[i * size + j] = wide[i * width + (j < n ? j : j + slots.length)];
      for (let k = 0; k < slots.length; k++) out[i * size + slots[k].state] += wide[i * width + n + k];
    }
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
    for (let k = 0; k < this.#slots.length; k++) f64[y + states + k] = z[this.#slots[k].state];
    for (let j = 0; j < this.#free.length; j++) {
      const rows = this.#free[j];
      for (let k = 0; k < rows.length; k++) f64[rows[k]] = z[states + j];
    }
  }

  #direct(which: number, direction: Float64Array): void {
    const [n, slots] = [this.states.length, this.#slots];
    const first = this.#at.d / F64 + which * this.#width;
    for (let i = 0; i < n; i++) this.#f64[first + i] = direction[i];
    for (let k = 0; k < slots.length; k++) this.#f64[first + n + k] = direction[slots[k].state];
    for (let j = n; j < n + this.#free.length; j++) this.#f64[first + slots.length + j] = direction[j];
  }

  #call(work: FieldFunction, out: Float64Array, count: number): void {
    const { y, out: to, p, d } = this.#at;
    work(y, to, p, d, 1);
    const first = to / F64;
    for (let i = 0; i < count; i++) out[i] = this.#f64[first + i];
  }
}

/** What is wrong with a delay at z, if one is negative or no number. */
export function delayFault({ past, states, parameters }: VectorField, z: Float64Array): string | undefined {
  if (!past) return undefined;
  const delays = new Float64Array(past.delayCount);
  past.delays(z, delays, new Float64Array(delays.length * parameters.length));
  const wrong = delays.find((delay) => !(delay >= 0 && delay < Number.POSITIVE_INFINITY));
  if (wrong === undefined) return undefined;
  const where = parameters.map((name, j) => `${sanitize(name)} = ${z[states.length + j]}`).join(", ");
  return `a delay is ${wrong}${where === "" ? "" : ` at ${where}`}, and it must be 0 or more`;
}
