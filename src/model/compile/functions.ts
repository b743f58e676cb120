import { append, largest } from "../../lists.ts";
import type { WeightedSums } from "../model.ts";
import { emit } from "./emit.ts";
import type { Graph } from "./graph.ts";
import { type ExportedFunction, library } from "./library.ts";
import type { Store } from "./stages.ts";
import { type Table, weightsOf } from "./table.ts";
import type { Row, Task } from "./task.ts";

/** What the functions of a model store. */
interface Stores {
  derivatives: readonly Store[];
  observed: readonly Store[];
  intensities: readonly Store[];
  /** Rows of the delay lines. */
  lines: readonly Store[];
  /** Derivatives of the right-hand side; none where none are asked for. */
  jacobian: readonly Store[];
  /** Switches and how far they are from switching; none where none are located. */
  switches: readonly Store[];
  /** What parameters alone decide: rows of p. */
  kept: readonly Store[];
}

/** Where values stand: for the functions of a step, and before `derive` has run. */
interface Rows {
  rowOf: (value: number) => Row | undefined;
  loadedRow: (value: number) => Row | undefined;
}

export interface EmittedFunctions {
  functions: ExportedFunction[];
  /** Names of the functions of the library that are called. */
  used: Set<string>;
  /** Most scratch rows of any of them. */
  scratch: number;
  /** The words of all tables, and which of them have weights. */
  tables: number[];
  weighted: WeightedSums[];
}

/** Emits the functions of a model's module. */
export function emitFunctions(
  { graph, scratch, rowsOfP, isSingle }: { graph: Graph; scratch: number; rowsOfP: number; isSingle: boolean },
  stores: Stores,
  { rowOf, loadedRow }: Rows,
): EmittedFunctions {
  const used = new Set<string>();
  const tables: number[] = [];
  const weighted: WeightedSums[] = [];
  const placed = new Map<Table, number>();
  const task: Omit<Task, "args" | "stores" | "out" | "rowOf"> = {
    graph,
    scratch,
    rowsOfP,
    isSingle,
    functionIndex: (name) => {
      used.add(`${name}s`);
      const index = library().exports.get(`${name}s`);
      if (index === undefined) throw new Error(`the library has no function ${name}`);
      return index;
    },
    addTable: (table, weights) => {
      const known = placed.get(table);
      if (known !== undefined) return known;
      if (weights !== undefined) weighted.push(weightsOf(table, { at: tables.length, row: weights }));
      const byte = tables.length * 4;
      append(tables, table);
      placed.set(table, byte);
      return byte;
    },
  };
  const rhs = emit({ ...task, args: ["t", "y", "dy", "p", "n"], stores: stores.derivatives, out: "dy", rowOf });
  const observe = emit({ ...task, args: ["t", "y", "out", "p", "n"], stores: stores.observed, out: "out", rowOf });
  const pushHistory = emit({ ...task, args: ["t", "y", "out", "p", "n"], stores: stores.lines, out: "out", rowOf });
  const diffuse = emit({ ...task, args: ["t", "y", "out", "p", "n"], stores: stores.intensities, out: "out", rowOf });
  const jacobian = emit({ ...task, args: ["t", "y", "out", "p", "n"], stores: stores.jacobian, out: "out", rowOf });
  const switches = emit({ ...task, args: ["t", "y", "out", "p", "n"], stores: stores.switches, out: "out", rowOf });
  const derive = emit({ ...task, args: ["p", "n"], stores: stores.kept, out: "p", rowOf: loadedRow });
  const functions = [
    { name: "rhs", args: 5, body: rhs.body },
    { name: "observe", args: 5, body: observe.body },
    { name: "derive", args: 2, body: derive.body },
    ...(stores.intensities.length > 0 ? [{ name: "diffuse", args: 5, body: diffuse.body }] : []),
    ...(stores.lines.length > 0 ? [{ name: "pushHistory", args: 5, body: pushHistory.body }] : []),
    ...(stores.jacobian.length > 0 ? [{ name: "jacobian", args: 5, body: jacobian.body }] : []),
    ...(stores.switches.length > 0 ? [{ name: "switches", args: 5, body: switches.body }] : []),
  ];
  const most = largest([rhs, observe, pushHistory, diffuse, jacobian, switches, derive].map((each) => each.scratch));
  return { functions, used, scratch: most, tables, weighted };
}
