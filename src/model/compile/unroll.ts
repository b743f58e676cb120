import { append } from "../../lists.ts";
import type { DelayStages, EdgeSum, Graph, Operation } from "./graph.ts";
import type { StepGraph } from "./step-graph.ts";

/** Where a model's values stand at one of a solver's stages: values of the step's graph. */
export interface StageValues {
  state: (row: number) => number;
  param: (row: number) => number;
  input: (row: number) => number;
  delayed: (row: number) => number;
  time: () => number;
}

/** Puts values of a model's graph into that of a step, row by row: loops over nodes are unrolled, in the order of additions of their loops. */
export class Unrolled {
  readonly #graph: Graph;
  readonly #step: StepGraph;
  readonly #stage: StageValues;
  readonly #known = new Map<string, number>();

  constructor(graph: Graph, step: StepGraph, stage: StageValues) {
    this.#graph = graph;
    this.#step = step;
    this.#stage = stage;
  }

  /** Row `row` of a value. */
  value(value: number, row = 0): number {
    // Values may be computed from each other thousands deep: operands come first, without calls within calls.
    const left = [{ value, row: this.#rowIn(value, row) }];
    for (let next = left.at(-1); next; next = left.at(-1)) {
      const key = `${next.value} ${next.row}`;
      const missing = this.#known.has(key) ? [] : this.#needed(next).filter((each) => !this.#known.has(`${each.value} ${each.row}`));
      if (missing.length === 0) {
        if (!this.#known.has(key)) this.#known.set(key, this.#compute(next));
        left.pop();
      } else append(left, missing);
    }
    return this.#get(value, row);
  }

  /** Constants, the time and values of one node are the same in all rows. */
  #rowIn(value: number, row: number): number {
    return this.#graph.widthOf(value) > 1 ? row : 0;
  }

  #get(value: number, row: number): number {
    const known = this.#known.get(`${value} ${this.#rowIn(value, row)}`);
    if (known === undefined) throw new Error("the compiler unrolled a value before its operands");
    return known;
  }

  /** Rows of operands that a row of a value needs. */
  #needed({ value, row }: { value: number; row: number }): { value: number; row: number }[] {
    const operation = this.#graph.operations[value];
    const at = (operand: number, of = row) => ({ value: operand, row: this.#rowIn(operand, of) });
    switch (operation.kind) {
      case "plain":
      case "function":
        return operation.args.map((arg) => at(arg));
      case "slice":
        return [at(operation.of, operation.row)];
      case "sum": {
        const terms = termsOf(operation, row).map((term) => at(operation.sources[term.source], term.row));
        return operation.start === undefined ? terms : [at(operation.start), ...terms];
      }
      case "stages": {
        const { delay, before } = operation.stages[row];
        return [
          ...(delay === undefined ? [] : [at(operation.sources[delay], 0)]),
          ...(before ? [at(operation.sources[before.source], before.row)] : []),
        ];
      }
      default:
        return [];
    }
  }

  #compute({ value, row }: { value: number; row: number }): number {
    const operation = this.#graph.operations[value];
    switch (operation.kind) {
      case "constant":
        return this.#step.number(operation.value);
      case "plain":
        return this.#step.op(
          operation.op,
          operation.args.map((arg) => this.#get(arg, row)),
        );
      case "function":
        return this.#step.call(
          operation.name,
          operation.args.map((arg) => this.#get(arg, row)),
        );
      case "slice":
        return this.#get(operation.of, operation.row);
      case "sum":
        return this.#sum(operation, row);
      case "stages":
        return this.#delayStage(operation, row);
      default:
        return this.#given(operation, row);
    }
  }

  #given(operation: Operation, row: number): number {
    switch (operation.kind) {
      case "time":
        return this.#stage.time();
      case "state":
      case "param":
      case "input":
      case "delayed":
        return this.#stage[operation.kind](operation.row + row);
      default:
        throw new Error(`the compiler does not unroll a value of kind ${operation.kind}`);
    }
  }

  /** As assembly/math/spmv.ts adds. */
  #sum(operation: EdgeSum, target: number): number {
    const { start, weights, sources, terms } = operation;
    const before = weights === undefined ? 0 : terms.filter((term) => term.target < target).length;
    let sum = start === undefined ? undefined : this.#get(start, target);
    termsOf(operation, target).forEach((term, i) => {
      const source = this.#get(sources[term.source], term.row);
      const weighted = weights === undefined ? source : this.#step.mul(this.#stage.param(weights + before + i), source);
      sum = sum === undefined ? weighted : this.#step.add(sum, weighted);
    });
    return sum ?? this.#step.number(0);
  }

  /** As `chain` of assembly/math/spmv.ts. */
  #delayStage({ first, sources, stages }: DelayStages, row: number): number {
    const { rate, delay, before } = stages[row];
    const source = before ? this.#get(sources[before.source], before.row) : this.#stage.state(first + row - 1);
    const factor =
      delay === undefined ? this.#step.number(rate) : this.#step.op("div", [this.#step.number(rate), this.#get(sources[delay], 0)]);
    return this.#step.mul(factor, this.#step.sub(source, this.#stage.state(first + row)));
  }
}

function termsOf({ terms }: EdgeSum, target: number): EdgeSum["terms"] {
  return terms.filter((term) => term.target === target);
}
