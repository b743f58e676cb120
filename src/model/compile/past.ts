import { refusal } from "../../errors.ts";
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

/** Collects what expressions read of the past. */
export class Past {
  readonly #graph: Graph;
  readonly #isComplex: (variable: Expression) => boolean;
  /** Paths of variables with copies, those of the copies behind their own. */
  readonly #paths = new Map<string, readonly string[]>();
  readonly #reads: Read[] = [];
  readonly #rows = new Map<string, number>();

  constructor(graph: Graph, equations: Equations) {
    this.#graph = graph;
    this.#isComplex = complexity(equations);
    const { states, params, inputs, algebraic } = equations;
    for (const { path, copies } of [...states, ...params, ...inputs])
      if (copies) this.#paths.set(path, [path, ...copies.map((copy) => copy.path)]);
    for (const { path, copies } of algebraic) if (copies) this.#paths.set(path, [path, ...copies]);
  }

  /** The past of a variable: of one row of it, or of all that the present equation is of. */
  read({ name, copy, delay, edge }: PastUse): Value {
    if (delay.im !== undefined) throw refusal("E_COMPLEX", `the delay of past(${name}, ...) is complex; use real(), imag() or abs()`);
    const complex = this.#isComplex({ kind: "name", name, span: { start: 0, end: 0 } });
    const part = (which: Read["part"]) =>
      this.#row({ name, copy: copy ?? 0, part: which, complex, delay: delay.re, edge }, copy === undefined);
    return { re: part("re"), im: complex ? part("im") : undefined };
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

  /** What a step must remember, and the values that are read of it; `rowOf` is the row of p in which a delay stands. */
  finish(present: (name: string) => Value, rowOf: (value: number) => number | undefined): { lines: Store[]; delayed: DelayedValue[] } {
    const lines = new Map<number, Store>();
    let rows = 0;
    const delayed = this.#reads.map(({ name, copy, part, complex, delay, delayRow = 0, edge }): DelayedValue => {
      // The whole variable, and not its first row: no equation is being put in.
      const source = this.#graph.within(0, () => present(name));
      const value = part === "re" ? source.re : (source.im ?? this.#graph.constant(0));
      const width = this.#graph.widthOf(value);
      const line = lines.get(value) ?? { value, row: rows, width };
      if (!lines.has(value)) rows += width;
      lines.set(value, line);
      const operation = this.#graph.operations[value];
      const state = operation.kind === "state" ? { state: operation.row + copy } : {};
      const path = (this.#paths.get(name)?.[copy] ?? name) + (complex ? `.${part}` : "");
      return { line: line.row + copy, ...state, delay: this.#delay(name, { delay, delayRow }, rowOf), path, edge };
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
