import { type MassgridError, refusal, sanitize } from "../../errors.ts";
import { type Expression, presentNames } from "./tree.ts";

/** A variable of a flat model: its value is complex where `im` is given. */
export interface Quantity {
  /** Full path, `node/operator/variable`. */
  path: string;
  unit: string;
  re: number;
  im?: number;
  /** Which attribute of which edge it is, for what belongs to an edge. */
  edge?: EdgeAttribute;
  /** The same variable of further nodes of the same kind, whose equations are the same but for their nodes. */
  copies?: readonly Quantity[];
}

/** An attribute (`weight`, `operator/variable`) of the edge number `index` from `source` to `target`, both full paths of variables. */
export interface EdgeAttribute {
  source: string;
  target: string;
  index: number;
  attribute: string;
}

/** A variable whose equation says how fast it changes. */
export interface State extends Quantity {
  derivative: Expression;
  /** Stages of delays, the variable itself first: STAGES stands for how fast they change in the derivative. */
  stages?: readonly Stage[];
}

/** A stage of a delay: x' = rate (before - x). */
export interface Stage {
  /** Its rate, or what the parameter `delay` divides to give the rate. */
  rate: number;
  delay?: string | undefined;
  /** The variable before it, and which copy of it; if not given, the stage before it. */
  before?: { source: string; copy: number };
}

/** A variable whose equation says what it is. */
export interface Algebraic {
  path: string;
  unit: string;
  expression: Expression;
  /** Paths of the same variable of further nodes of the same kind. */
  copies?: readonly string[];
  /** What edges add up in it: SUM stands for that in the expression. */
  sum?: Sum;
}

/** Sums over edges, one for each copy of a variable: all of a model's edges of one kind are one matrix. */
export interface Sum {
  /** What a sum begins with, before the first edge. */
  start?: Expression;
  terms: readonly Term[];
  /** The weights' parameter, with a copy for each further term, in the order of the terms; none where terms have no weights. */
  weights?: string;
}

/** Variables that a sum adds up, each once; those of the present alone if asked for. */
export function sourcesOf({ terms }: Sum, { present = false } = {}): string[] {
  const found = new Set<string>();
  for (const { source, delay } of terms) if (!present || !delay) found.add(source);
  return [...found];
}

/** One edge; terms of one target stand together, in the order of the targets. */
export interface Term {
  /** Which copy of the variable it is added to: 0 is the variable itself. */
  target: number;
  /** The variable that it comes from, and which copy of it. */
  source: string;
  copy: number;
  /** How long ago, for an edge with a delay. */
  delay?: Expression | undefined;
}

/** Stands for a variable's sum in its expression. */
export const SUM = "sum of edges";

/** Stands for the derivatives of stages in their expression. */
export const STAGES = "stages of delays";

/**
 * A flat model: all variables of all nodes under full paths, with one expression each. Names in expressions are full paths,
 * and `t` (time), `pi` and `E`. An input that edges or other operators feed is in `inputs`, for signals from outside, and in
 * `algebraic`, as the sum of those and the signal, which is named SIGNAL + path there.
 */
export interface Equations {
  name: string;
  timeUnit: string;
  states: readonly State[];
  params: readonly Quantity[];
  inputs: readonly Quantity[];
  algebraic: readonly Algebraic[];
  /** Paths of all nodes, in the circuit's order. */
  nodes?: readonly string[];
  /** Delay and spread of each edge that has one of them, by the edge's name `index of source to target`. */
  edgeDelays?: EdgeDelays;
}

/** Finds the delay and spread of an edge by its name. */
export type EdgeDelays = Pick<ReadonlyMap<string, EdgeDelay>, "get" | "size">;

/** Mean and standard deviation of the delay of an edge, in the model's time unit. */
export interface EdgeDelay {
  delay: number;
  spread: number;
}

/** Marks the signal of an input in the expression of its sum. */
export const SIGNAL = "signal of ";

/** A named expression that others may use. */
export interface Assignment {
  name: string;
  expression: Expression;
  /** Further names that it uses. */
  also?: readonly string[];
}

/** An assignment whose uses are being looked at. */
interface Visit {
  assignment: Assignment;
  uses: Iterator<string>;
}

/** Assignments in an order in which each comes after those it uses; the order given is kept where it can be. Throws E_ALGEBRAIC_LOOP. */
export function inOrder(assignments: readonly Assignment[]): Assignment[] {
  const byName = new Map(assignments.map((assignment) => [assignment.name, assignment]));
  const state = new Map<Assignment, "open" | "done">();
  const ordered: Assignment[] = [];
  // A chain may be longer than the stack is deep.
  const trail: Visit[] = [];
  const open = (assignment: Assignment) => {
    if (state.get(assignment) === "open") throw loop(trail, assignment.name);
    if (state.has(assignment)) return;
    state.set(assignment, "open");
    trail.push({ assignment, uses: [...presentNames(assignment.expression), ...(assignment.also ?? [])].values() });
  };
  for (const each of assignments) {
    open(each);
    for (let visit = trail.at(-1); visit; visit = trail.at(-1)) {
      const { value: name, done } = visit.uses.next();
      const used = done ? undefined : byName.get(name);
      if (used) open(used);
      if (!done) continue;
      state.set(visit.assignment, "done");
      ordered.push(visit.assignment);
      trail.pop();
    }
  }
  return ordered;
}

function loop(trail: readonly Visit[], name: string): MassgridError {
  const names = trail.map(({ assignment }) => assignment.name);
  const ring = [...names.slice(names.indexOf(name)), name];
  const shown = (ring.length > 12 ? [...ring.slice(0, 11), "…", name] : ring).map(sanitize);
  const message = `the equations of ${shown.join(" → ")} need each other; make one of them a differential equation, or solve them by hand`;
  return refusal("E_ALGEBRAIC_LOOP", message, { variable: name });
}
