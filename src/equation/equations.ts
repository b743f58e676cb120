import type { Expression } from "./tree.ts";

/** A variable of a flat model: its value is complex where `im` is given. */
export interface Quantity {
  /** Full path, `node/operator/variable`. */
  path: string;
  unit: string;
  re: number;
  im?: number;
  /** Which attribute of which edge it is, for what belongs to an edge. */
  edge?: EdgeAttribute;
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
}

/** A variable whose equation says what it is. */
export interface Algebraic {
  path: string;
  unit: string;
  expression: Expression;
}

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
  /** Delay and spread of each edge that has one of them, by the edge's name `index of source to target`. */
  edgeDelays?: ReadonlyMap<string, EdgeDelay>;
}

/** Mean and standard deviation of the delay of an edge, in the model's time unit. */
export interface EdgeDelay {
  delay: number;
  spread: number;
}

/** Marks the signal of an input in the expression of its sum. */
export const SIGNAL = "signal of ";
