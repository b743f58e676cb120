import { refusal, sanitize } from "../../errors.ts";
import { type Graph, reached } from "./graph.ts";
import type { Scope } from "./lower.ts";
import type { Past } from "./past.ts";
import { split } from "./split.ts";

/** A state as it was some time ago. */
export interface LateState {
  /** Row of the state. */
  state: number;
  /** Number of the delay. */
  delay: number;
}

/** Values in terms of states of the present, which have the rows of the model, and of the past, whose rows follow. */
export interface LateStates {
  slots: readonly LateState[];
  /** Values of the graph: what parameters make of the delays, each once. Of a variable that itself looks back it is the sum of both. */
  delays: readonly number[];
  values: number[];
}

/** What the values of a lowered model look back to. */
interface Lowered {
  graph: Graph;
  scope: Scope;
  past: Past;
  states: number;
}

/**
 * Puts the past of states in the place of the past of variables: x(t - a) of x = g(u(t), v(t - b)) is g(u(t - a), v(t - a - b)). Throws E_FIELD_DELAY of a
 * variable that is a function of its own past, which no equation of slopes has.
 */
export function inLateStates({ graph, scope, past, states }: Lowered, roots: readonly number[]): LateStates {
  if (past.count === 0) return { slots: [], delays: [], values: [...roots] };
  const late = new Late(graph, states, (row) => past.originOf(row, scope.value));
  const values = graph.within(1, () => roots.map((root) => late.at(root, undefined)));
  return { slots: late.slots, delays: late.delays, values };
}

/** A value of the past: of which value of the present, and how late. */
interface Origin {
  name: string;
  value: number;
  delay: number;
}

/** What a row of the past is a value of: whole variables and rows of them. */
type FindOrigin = (row: number) => ReturnType<Past["originOf"]>;

class Late {
  readonly #graph: Graph;
  readonly #states: number;
  readonly #originOf: FindOrigin;
  readonly #known = new Map<string, number>();
  readonly #origins = new Map<number, Origin>();
  /** Rows of the past that are being put in. */
  readonly #within = new Set<number>();
  readonly slots: LateState[] = [];
  readonly delays: number[] = [];

  constructor(graph: Graph, states: number, originOf: FindOrigin) {
    this.#graph = graph;
    this.#states = states;
    this.#originOf = originOf;
  }

  /** A value of one row as it was `delay` ago, which is a value of the graph; at present where that is undefined. */
  at(value: number, delay: number | undefined): number {
    const key = `${value} ${delay}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = this.#made(value, delay);
    this.#known.set(key, made);
    return made;
  }

  #made(value: number, delay: number | undefined): number {
    const graph = this.#graph;
    const operation = graph.operations[value];
    switch (operation.kind) {
      case "state":
        return delay === undefined ? value : this.#slot(operation.row, delay);
      case "delayed":
        return this.#delayed(operation.row, delay);
      case "plain":
        return graph.plain(
          operation.op,
          operation.args.map((arg) => this.at(arg, delay)),
        );
      case "function":
        return graph.call(
          operation.name,
          operation.args.map((arg) => this.at(arg, delay)),
        );
      default:
        return value;
    }
  }

  #slot(state: number, delay: number): number {
    const known = this.delays.indexOf(delay);
    const number = known < 0 ? this.delays.push(delay) - 1 : known;
    const at = this.slots.findIndex((slot) => slot.state === state && slot.delay === number);
    const slot = at < 0 ? this.slots.push({ state, delay: number }) - 1 : at;
    return this.#graph.add({ kind: "state", row: this.#states + slot, width: 1 });
  }

  #delayed(row: number, before: number | undefined): number {
    const { name, value, delay } = this.#origin(row);
    if (this.#within.has(row)) {
      const message = `${sanitize(name)} is a function of its own past, and no state holds it; equilibria and their characteristic roots are found where only slopes depend on the past: make it a state, with a time constant`;
      throw refusal("E_FIELD_DELAY", message);
    }
    const own = this.#graph.operations[delay];
    const isNone = own.kind === "constant" && own.value === 0;
    const sum = before === undefined ? delay : this.#graph.plain("add", before, delay);
    this.#within.add(row);
    const made = this.at(value, isNone ? before : sum);
    this.#within.delete(row);
    return made;
  }

  #origin(row: number): Origin {
    const known = this.#origins.get(row);
    if (known) return known;
    const graph = this.#graph;
    const found = this.#originOf(row);
    const part = (value: number, which: number) => {
      const rows = split(graph, [value]).get(value) ?? [value];
      return rows[Math.min(which, rows.length - 1)];
    };
    const origin = { name: found.name, value: part(found.value, found.row), delay: part(found.delay, found.delayRow) };
    const changing = [...reached(graph, [origin.delay])].some((each) =>
      ["state", "time", "delayed", "input"].includes(graph.operations[each].kind),
    );
    if (changing) {
      const message = `the delay of ${sanitize(found.name)} is no function of parameters alone; equilibria and their characteristic roots are found of delays that do not change`;
      throw refusal("E_FIELD_DELAY", message);
    }
    this.#origins.set(row, origin);
    return origin;
  }
}
