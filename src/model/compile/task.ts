import type { Graph } from "./graph.ts";
import type { Store } from "./stages.ts";
import type { Table } from "./table.ts";

/** A row: the name of the argument that it is counted from, and its number. */
export interface Row {
  base: string;
  row: number;
}

/** One function of a model's module: what it computes, and where it finds and leaves things. */
export interface Task {
  graph: Graph;
  /** Names of the arguments: addresses of rows, and `n`. */
  args: readonly string[];
  stores: readonly Store[];
  /** The argument that the rows of `stores` are counted from. */
  out: string;
  /** The row in which a value is already, if it is in one. */
  rowOf: (value: number) => Row | undefined;
  /** First scratch row of p. */
  scratch: number;
  /** Index of a function of the library. */
  functionIndex: (name: string) => number;
  /** Adds a table, which will stand behind all rows of p; returns its first byte, counted from there. `weights` is the first row of those. */
  addTable: (table: Table, weights?: number) => number;
  /** Whether there is one lane alone: then pairs are of nodes side by side. */
  isSingle: boolean;
  /** Rows of p, scratch rows among them; known when all functions have been emitted once. */
  rowsOfP: number;
}
