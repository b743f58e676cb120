import type { TimeOperation, TimeProgram } from "../model.ts";
import { type Graph, type Operation, operands, type PlainOperation, reached } from "./graph.ts";
import { split } from "./split.ts";
import type { Store } from "./stages.ts";

// Where a right-hand side jumps. A switch is an operation whose value is piecewise constant, or whose slope is: it is at a known time
// where it depends on the time and on what is given before the run, and has to be located where it depends on a state.

/** Operations that jump, and those that bend: a bend of known time ends a step too, but of a state's bends the error's bound takes care. */
const jumping: readonly PlainOperation[] = ["gt", "lt", "ge", "le", "floor", "ceil", "nearest"];
const bending: readonly PlainOperation[] = ["abs", "min", "max"];
/** All that switch at times that can be known; eq and ne are another at single times alone. */
const switching: readonly PlainOperation[] = [...jumping, ...bending, "eq", "ne"];

/** Whether anything in a graph switches at all: models in which nothing does are compiled and run as if there were no jumps. */
export function switches({ operations }: Graph): boolean {
  return operations.some((operation) => operation.kind === "plain" && switching.includes(operation.op));
}

/** Switches of a right-hand side: values of the graph. */
export interface Switches {
  /** Those at times that are known before the run. */
  timed: number[];
  /** Those that are to be located, each with its first mode. */
  located: Store[];
}

/** What a value depends on: the time, inputs that change during the run, states. */
interface Dependence {
  time: boolean;
  input: boolean;
  state: boolean;
}

/** Which inputs change during a run, and whether each is constant for every step. */
export interface VaryingInputs {
  rows: readonly number[];
  held: boolean;
}

/** The switches that `roots` depend on: what depends on the time and on inputs that change is located as what depends on a state. */
export function switchesOf(graph: Graph, roots: readonly number[], { rows, held }: VaryingInputs): Switches {
  const known = new Map<number, Dependence>();
  const varying = new Set(rows);
  const found: Switches = { timed: [], located: [] };
  let modes = 0;
  for (const value of [...reached(graph, roots)].sort((a, b) => a - b)) {
    const operation = graph.operations[value];
    const depends = dependenceOf(operation, known, varying);
    known.set(value, depends);
    if (operation.kind !== "plain") continue;
    const { time, input, state } = depends;
    if (time && !input && !state && switching.includes(operation.op)) found.timed.push(value);
    if (!(state || (input && (time || !held))) || !jumping.includes(operation.op)) continue;
    found.located.push({ value, row: modes, width: operation.width });
    modes += operation.width;
  }
  return found;
}

function dependenceOf(operation: Operation, known: ReadonlyMap<number, Dependence>, varying: ReadonlySet<number>): Dependence {
  const nothing = { time: false, input: false, state: false };
  switch (operation.kind) {
    case "time":
      return { ...nothing, time: true };
    case "state":
    case "delayed":
    case "mode":
    case "stages":
      return { ...nothing, state: true };
    case "input":
      return { ...nothing, input: rowsOf(operation).some((row) => varying.has(row)) };
    default: {
      const parts = operands(operation).flatMap((operand) => known.get(operand) ?? []);
      const depends = (what: keyof Dependence) => parts.some((part) => part[what]);
      return { time: depends("time"), input: depends("input"), state: depends("state") };
    }
  }
}

function rowsOf({ row, width }: { row: number; width: number }): number[] {
  return Array.from({ length: width }, (_, i) => row + i);
}

/** The program that tells the times of switches: each row of each a value of its own, and no value twice. */
export function timeProgram(graph: Graph, timed: readonly number[], params: number): TimeProgram {
  const rows = split(graph, timed);
  const roots = [...new Set(timed.flatMap((value) => rows.get(value) ?? []))];
  const order = [...reached(graph, roots)].sort((a, b) => a - b);
  const places = new Map(order.map((value, i) => [value, i]));
  const placeOf = (value: number) => places.get(value) ?? 0;
  const operations = order.map((value): TimeOperation => {
    const operation = graph.operations[value];
    switch (operation.kind) {
      case "constant":
      case "time":
        return operation;
      case "param":
        return { kind: "row", row: operation.row };
      case "input":
        return { kind: "row", row: params + operation.row };
      case "plain":
        return { kind: "plain", op: operation.op, args: operation.args.map(placeOf) };
      case "function":
        return { kind: "function", name: operation.name, args: operation.args.map(placeOf) };
      default:
        throw new Error(`the time of a jump is said to depend on a value of kind ${operation.kind}`);
    }
  });
  // What was a switch may be none in a row of its own: of a comparison of numbers the value is known.
  return { operations, switches: roots.map(placeOf) };
}

/** Stores with every located switch among what they are computed from replaced by its mode, the value that a step holds it at. */
export function withModes(graph: Graph, stores: readonly Store[], located: readonly Store[]): Store[] {
  if (located.length === 0) return [...stores];
  const held = new Map<number, number>();
  for (const { value, row, width } of located) held.set(value, graph.add({ kind: "mode", row, width }));
  const placeOf = (value: number) => held.get(value) ?? value;
  const all = reached(
    graph,
    stores.map(({ value }) => value),
    (value) => held.has(value),
  );
  for (const value of [...all].sort((a, b) => a - b)) {
    const operation = graph.operations[value];
    if (held.has(value) || operands(operation).every((operand) => placeOf(operand) === operand)) continue;
    held.set(value, graph.add(replaced(operation, placeOf)));
  }
  return stores.map((store) => ({ ...store, value: placeOf(store.value) }));
}

/** An operation on other operands. */
function replaced(operation: Operation, placeOf: (value: number) => number): Operation {
  switch (operation.kind) {
    case "plain":
    case "function":
      return { ...operation, args: operation.args.map(placeOf) };
    case "sum": {
      const { start, sources, name } = operation;
      return { ...operation, name: `${name} held`, start: start === undefined ? start : placeOf(start), sources: sources.map(placeOf) };
    }
    case "stages":
      return { ...operation, name: `${operation.name} held`, sources: operation.sources.map(placeOf) };
    case "slice":
      return { ...operation, of: placeOf(operation.of) };
    default:
      return operation;
  }
}

/**
 * What `switches` stores: the present value of each switch, then how far each is from leaving its mode: above 0 while it has not.
 * Below 0 the value is another one.
 */
export function switchStores(graph: Graph, located: readonly Store[]): Store[] {
  const modes = located.reduce((sum, { width }) => sum + width, 0);
  const distances = located.map(({ value, row, width }): Store => {
    const operation = graph.operations[value];
    if (operation.kind !== "plain") throw new Error("only plain operations switch");
    const mode = graph.add({ kind: "mode", row, width });
    return { value: graph.within(width, () => distanceOf(graph, operation, mode)), row: modes + row, width };
  });
  return [...located, ...distances];
}

function distanceOf(graph: Graph, { op, args }: Extract<Operation, { kind: "plain" }>, mode: number): number {
  const [a, b = a] = args;
  const plus = (value: number, by: number) => graph.plain("add", value, graph.constant(by));
  const minus = (left: number, right: number) => graph.plain("sub", left, right);
  /** Between `low` below the mode and `high` above it. */
  const between = (low: number, high: number) => graph.plain("min", minus(a, plus(mode, -low)), minus(plus(mode, high), a));
  switch (op) {
    case "floor":
      return between(0, 1);
    case "ceil":
      return between(1, 0);
    case "nearest":
      return between(0.5, 0.5);
    default: {
      // The mode, 0 or 1, as a sign: what is positive while a comparison holds is turned where it does not.
      const sign = plus(graph.plain("add", mode, mode), -1);
      return graph.plain("mul", sign, op === "gt" || op === "ge" ? minus(a, b) : minus(b, a));
    }
  }
}
