import { refusal } from "../../errors.ts";
import { append } from "../../lists.ts";
import type { Equations } from "../equation/equations.ts";
import type { Expression } from "../equation/tree.ts";
import type { DelayedValue } from "../model.ts";
import { complexity } from "./dependence.ts";
import type { Graph } from "./graph.ts";
import type { Value } from "./lower.ts";
import type { Store } from "./stages.ts";

/** A value of the past that an expression reads; what it is a value of is known only when all expressions are in the graph. */
interface Read {
  name: string;
  /** Which row of it. */
  copy: number;
  part: "re" | "im";
  /** Whether the variable has both parts. */
  complex: boolean;
  /** Number of the delay's value in the graph. */
  delay: number;
  /** Which row of that. */
  delayRow?: number;
  edge: boolean;
}

/** What an expression wants to know of the past. */
export interface PastUse {
  name: string;
  /** Which row of the variable; if not given, all. */
  copy?: number | undefined;
  delay: Value;
  edge: boolean;
}

/** What an edge sends late. */
type EdgeUse = { name: string; copy: number; delay: Value };

/** A line of the history buffer: its first row, and the first row of y that it is, if it is one. */
interface Line {
  row: number;
  state: number | undefined;
}

const nowhere = { start: 0, end: 0 };

/** Collects what expressions read of the past. */
export class Past {
  readonly #graph: Graph;
  readonly #isComplex: (variable: Expression) => boolean;
  /** Finds the path of a copy of a variable. */
  readonly #pathOf: (name: string, copy: number) => string;
  readonly #reads: Read[] = [];
  readonly #rows = new Map<string, number>();
  /** Values of the past that edges send, one for each sum. */
  readonly #lists: { reads: readonly Read[]; value: number }[] = [];

  constructor(graph: Graph, equations: Equations) {
    this.#graph = graph;
    this.#isComplex = complexity(equations);
    const { states, params, inputs, algebraic } = equations;
    const given = new Map([...states, ...params, ...inputs].map(({ path, copies }) => [path, copies]));
    const computed = new Map(algebraic.map(({ path, copies }) => [path, copies]));
    this.#pathOf = (name, copy) => (copy === 0 ? undefined : (given.get(name)?.[copy - 1].path ?? computed.get(name)?.[copy - 1])) ?? name;
  }

  /** The past of a variable: of one row of it, or of all that the present equation is of. */
  read({ name, copy, delay, edge }: PastUse): Value {
    if (delay.im !== undefined) throw refusal("E_COMPLEX", `the delay of past(${name}, ...) is complex; use real(), imag() or abs()`);
    const complex = this.#isComplex({ kind: "name", name, span: nowhere });
    const part = (which: Read["part"]) =>
      this.#row({ name, copy: copy ?? 0, part: which, complex, delay: delay.re, edge }, copy === undefined);
    return { re: part("re"), im: complex ? part("im") : undefined };
  }

  /**
   * Values of the past that edges send: finds the value of each, and its row. Of real ones those that differ are rows side by side, one
   * value of the graph.
   */
  readEdges(uses: readonly EdgeUse[]): (use: number) => { value: Value; row: number } {
    const complex = new Map<string, boolean>();
    for (const { name } of uses) if (!complex.has(name)) complex.set(name, this.#isComplex({ kind: "name", name, span: nowhere }));
    const isReal = uses.every(({ name, delay }) => delay.im === undefined && !complex.get(name));
    if (!isReal || uses.length === 0) {
      return (use) => ({ value: this.read({ ...uses[use], edge: true }), row: 0 });
    }
    const reads: Read[] = [];
    const known = new Map<string, Map<number, number[]>>();
    const rows = uses.map(({ name, copy, delay: { re: delay } }) => {
      const ofName = known.get(name) ?? new Map<number, number[]>();
      known.set(name, ofName);
      const ofDelay = ofName.get(delay) ?? [];
      ofName.set(delay, ofDelay);
      const row = ofDelay[copy] ?? reads.push({ name, copy, part: "re", complex: false, delay, delayRow: 0, edge: true }) - 1;
      ofDelay[copy] = row;
      return row;
    });
    const value = { re: this.#listOf(reads), im: undefined };
    return (use) => ({ value, row: rows[use] });
  }

  /** The value whose rows are these, which may have been read before. */
  #listOf(reads: readonly Read[]): number {
    const isSame = (a: Read, b: Read) => a.name === b.name && a.copy === b.copy && a.delay === b.delay;
    const known = this.#lists.find((list) => list.reads.length === reads.length && reads.every((read, i) => isSame(read, list.reads[i])));
    if (known) return known.value;
    const value = this.#graph.add({ kind: "delayed", row: this.#reads.length, width: reads.length });
    append(this.#reads, reads);
    this.#lists.push({ reads, value });
    return value;
  }

  #row(read: Read, wide: boolean): number {
    const width = wide ? this.#graph.width : 1;
    const key = Object.values(read).join(" ") + width;
    const row = this.#rows.get(key) ?? this.#reads.length;
    if (row === this.#reads.length) {
      const delayWidth = this.#graph.operations[read.delay].kind === "constant" ? 0 : 1;
      for (let i = 0; i < width; i++) this.#reads.push({ ...read, copy: read.copy + i, delayRow: wide ? i * delayWidth : 0 });
    }
    this.#rows.set(key, row);
    return this.#graph.add({ kind: "delayed", row, width });
  }

  /** Delays that are computed from parameters. */
  get delays(): number[] {
    return [...new Set(this.#reads.map(({ delay }) => delay))];
  }

  get count(): number {
    return this.#reads.length;
  }

  /** What a value of the past is a value of, whole variables both: a value of the present and its row, and the delay's. */
  originOf(row: number, present: (name: string) => Value) {
    const { name, copy, part, delay, delayRow = 0 } = this.#reads[row];
    const source = this.#graph.within(0, () => present(name));
    return { name, value: part === "re" ? source.re : (source.im ?? this.#graph.constant(0)), row: copy, delay, delayRow };
  }

  /** What a step must remember, and the values that are read of it; `rowOf` is the row of p in which a delay stands. */
  finish(present: (name: string) => Value, rowOf: (value: number) => number | undefined): { lines: Store[]; delayed: DelayedValue[] } {
    const lines = new Map<number, Store>();
    let rows = 0;
    const lineOf = (name: string, part: Read["part"]): Line => {
      // The whole variable, and not its first row: no equation is being put in.
      const source = this.#graph.within(0, () => present(name));
      const value = part === "re" ? source.re : (source.im ?? this.#graph.constant(0));
      const width = this.#graph.widthOf(value);
      const line = lines.get(value) ?? { value, row: rows, width };
      if (!lines.has(value)) rows += width;
      lines.set(value, line);
      const operation = this.#graph.operations[value];
      return { row: line.row, state: operation.kind === "state" ? operation.row : undefined };
    };
    const known = { re: new Map<string, Line>(), im: new Map<string, Line>() };
    const delayed = this.#reads.map(({ name, copy, part, complex, delay, delayRow = 0, edge }): DelayedValue => {
      const { row, state } = known[part].get(name) ?? lineOf(name, part);
      known[part].set(name, { row, state });
      const path = complex ? `${this.#pathOf(name, copy)}.${part}` : this.#pathOf(name, copy);
      const late = this.#delay(name, { delay, delayRow }, rowOf);
      if (state === undefined) return { line: row + copy, delay: late, path, edge };
      return { line: row + copy, state: state + copy, delay: late, path, edge };
    });
    return { lines: [...lines.values()], delayed };
  }

  #delay(
    name: string,
    { delay, delayRow }: { delay: number; delayRow: number },
    rowOf: (value: number) => number | undefined,
  ): DelayedValue["delay"] {
    const operation = this.#graph.operations[delay];
    if (operation.kind === "constant") return operation.value;
    const row = rowOf(delay);
    if (row !== undefined) return { row: row + delayRow };
    throw refusal("E_DELAY", `the delay of past(${name}, ...) changes with time; it must be a number or computed from parameters alone`);
  }
}
