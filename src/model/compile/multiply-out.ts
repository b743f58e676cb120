import { largest } from "../../lists.ts";
import type { Step } from "./step.ts";
import { needed, variations } from "./step-classes.ts";
import { StepGraph, type StepNode } from "./step-graph.ts";

/** One term of a sum: a value, times a factor that no step changes, or 1. */
interface Term {
  value: number;
  factor: number | undefined;
  isNegative: boolean;
  /** The operands of the value, where it is a product that nothing else takes. */
  product: readonly number[] | undefined;
}

/** A sum: what no step changes, and terms. */
interface Sum {
  constant: number | undefined;
  terms: readonly Term[];
}

/**
 * A step with its parameters multiplied out: each sum of the equations is one of terms with a factor that no step changes, which is computed
 * once, and each term is added by one multiply-add. The solver's step size is one of these factors. What comes of it depends on the step alone:
 * not on what is recorded, nor on what lanes share.
 */
export function multipliedOut({ graph, states, lines, samples, params }: Step): Step {
  const made = new StepGraph(graph.rounding);
  const [newStates, newLines] = new Multiplier(graph, made).values([states, lines]);
  // Each alone, so that none depends on the others.
  const newSamples = samples.map((sample) => new Multiplier(graph, made).values([[sample]])[0][0]);
  return { graph: made, params, states: newStates, lines: newLines, samples: newSamples };
}

class Multiplier {
  readonly #from: StepGraph;
  readonly #to: StepGraph;
  readonly #sums = new Map<number, Sum>();
  readonly #values = new Map<number, number>();
  /** What values of the new graph are sums of. */
  readonly #sumOfMade = new Map<number, Sum>();
  readonly #uses = new Map<number, number>();
  readonly #constant: readonly boolean[];
  /** Operations in a row that a value waits for. */
  readonly #depths: number[] = [];

  constructor(from: StepGraph, to: StepGraph) {
    this.#from = from;
    this.#to = to;
    const nothing = { sample: () => false, increment: () => false };
    this.#constant = variations(from, nothing).map((variation) => variation === "fixed" || variation === "still");
  }

  /** Values of the new graph for some of the old one. */
  values(roots: readonly (readonly number[])[]): number[][] {
    const all = roots.flat();
    const found = needed(this.#from, all);
    const use = (value: number) => this.#uses.set(value, (this.#uses.get(value) ?? 0) + 1);
    for (const value of found) {
      const node = this.#from.nodes[value];
      if (node.kind === "op") for (const arg of node.args) use(arg);
    }
    for (const root of all) use(root);
    for (const value of found) this.#sums.set(value, this.#sumOf(value, this.#from.nodes[value]));
    return roots.map((values) => values.map((value) => this.#value(value)));
  }

  /** A value as a sum, of operands that are known. */
  #sumOf(value: number, node: StepNode): Sum {
    if (node.kind === "op" && !this.#constant[value] && !this.#from.inner.has(value)) {
      const [a, b] = node.args;
      switch (this.#from.operationOf(node)) {
        case "add":
          return this.#plus(this.#part(a), this.#part(b), false);
        case "sub":
          return this.#plus(this.#part(a), this.#part(b), true);
        case "neg":
          return this.#plus(none, this.#part(a), true);
        case "mul":
          return this.#product(value, a, b);
        case "div":
          return this.#quotient(a, b);
      }
    }
    const copied = this.#to.copy(node, node.kind === "op" ? node.args.map((arg) => this.#value(arg)) : []);
    return this.#constant[value] ? { constant: copied, terms: [] } : alone(copied);
  }

  /** An operand as part of a sum: its own terms where that computes nothing twice. */
  #part(value: number): Sum {
    const sum = this.#sum(value);
    const isScaled = sum.terms.length === 1 && sum.constant === undefined;
    const isTaken = isScaled || sum.terms.length === 0 || this.#uses.get(value) === 1;
    return isTaken ? sum : alone(this.#value(value));
  }

  /** An operand as one term. */
  #factor(value: number): Term {
    const { constant, terms } = this.#sum(value);
    const [term] = terms.length === 1 && constant === undefined ? terms : alone(this.#value(value)).terms;
    return term;
  }

  #sum(value: number): Sum {
    const sum = this.#sums.get(value);
    if (!sum) throw new Error("the compiler multiplied a value out before its operands");
    return sum;
  }

  #product(value: number, a: number, b: number): Sum {
    if (this.#constant[a]) return this.#times(this.#part(b), this.#value(a));
    if (this.#constant[b]) return this.#times(this.#part(a), this.#value(b));
    const [left, right] = [this.#factor(a), this.#factor(b)];
    const product = [left.value, right.value];
    const term = {
      value: this.#mul(left.value, right.value),
      factor: this.#both(left.factor, right.factor),
      isNegative: left.isNegative !== right.isNegative,
      product: this.#uses.get(value) === 1 ? product : undefined,
    };
    return { constant: undefined, terms: [term] };
  }

  #quotient(a: number, b: number): Sum {
    if (this.#constant[b]) return this.#times(this.#part(a), this.#op("div", this.#to.number(1), this.#value(b)));
    if (this.#constant[a]) return alone(this.#op("div", this.#value(a), this.#value(b)));
    const { value, factor, isNegative } = this.#factor(a);
    return { constant: undefined, terms: [{ value: this.#op("div", value, this.#value(b)), factor, isNegative, product: undefined }] };
  }

  #times({ constant, terms }: Sum, factor: number): Sum {
    return {
      constant: constant === undefined ? undefined : this.#mul(constant, factor),
      terms: terms.map((term) => ({ ...term, factor: this.#both(term.factor, factor) })),
    };
  }

  #plus(a: Sum, b: Sum, isNegative: boolean): Sum {
    const terms = [...a.terms];
    const all = [...a.terms, ...b.terms];
    for (const added of b.terms.flatMap((term) => this.#apart({ ...term, isNegative: term.isNegative !== isNegative }, all))) {
      const same = terms.findIndex(({ value, factor }) => value === added.value && factor !== undefined);
      // A state stays apart from what the step adds to it: 1 - h/tau would round tau.
      if (same < 0 || added.factor === undefined) terms.push(added);
      else terms[same] = this.#merged(terms[same], added);
    }
    return { constant: this.#constantOf(a.constant, b.constant, isNegative), terms };
  }

  /** The terms of a value that is a sum itself, where all but one of them go together with others: as many are left, and fewer wait for each other. */
  #apart(term: Term, others: readonly Term[]): readonly Term[] {
    const sum = this.#sumOfMade.get(term.value);
    if (!sum || term.factor === undefined || sum.constant !== undefined) return [term];
    const joins = ({ value }: Term) => others.some((other) => other.value === value && other.factor !== undefined);
    if (sum.terms.filter((each) => !joins(each)).length > 1) return [term];
    return sum.terms.map((each) => {
      return { ...each, factor: this.#both(each.factor, term.factor), isNegative: each.isNegative !== term.isNegative, product: undefined };
    });
  }

  #merged(a: Term, b: Term): Term {
    const [first, second] = [a, b].map(({ factor }) => this.#partOfStep(factor));
    if (first !== undefined && second !== undefined && a.isNegative === b.isNegative)
      return { ...a, factor: this.#to.leaf({ kind: "scalar", of: { times: first + second } }) };
    const one = this.#to.number(1);
    const [left, right] = [a.factor ?? one, b.factor ?? one];
    return { ...a, factor: this.#op(a.isNegative === b.isNegative ? "add" : "sub", left, right) };
  }

  /** How many times the step size a factor is, where it is that. */
  #partOfStep(factor: number | undefined): number | undefined {
    const node = factor === undefined ? undefined : this.#to.nodes[factor];
    return node?.kind === "leaf" && node.leaf.kind === "scalar" && "times" in node.leaf.of ? node.leaf.of.times : undefined;
  }

  #constantOf(a: number | undefined, b: number | undefined, isNegative: boolean): number | undefined {
    if (b === undefined) return a;
    if (a === undefined) return isNegative ? this.#op("neg", b) : b;
    return this.#op(isNegative ? "sub" : "add", a, b);
  }

  /** The value of a sum of the old graph. */
  #value(value: number): number {
    const known = this.#values.get(value);
    if (known !== undefined) return known;
    const sum = this.#sum(value);
    const made = this.#added(sum);
    this.#values.set(value, made);
    if (sum.terms.length > 1) this.#sumOfMade.set(made, sum);
    return made;
  }

  /** Adds terms up: those that are there first come first. */
  #added({ constant, terms }: Sum): number {
    const depthOf = ({ product, value }: Term) => largest((product ?? [value]).map((each) => this.#depth(each)));
    const rest = terms.map((term) => ({ term, depth: depthOf(term) })).sort((a, b) => a.depth - b.depth);
    const take = (isFirst: (term: Term) => boolean) => {
      const found = rest.findIndex(({ term }) => isFirst(term));
      return found < 0 ? undefined : rest.splice(found, 1)[0].term;
    };
    const isUnit = ({ factor, isNegative }: Term) => factor === undefined && !isNegative;
    // In float32 a state would be rounded once for each term that is added to it: the terms are added up before.
    const isLast = this.#from.rounding.precision === "float32" && terms.length > 1;
    const last = isLast ? take((term) => isUnit(term) && !term.product) : undefined;
    const begin = () => {
      const first =
        take((term) => isUnit(term) && !term.product) ?? take((term) => isUnit(term) || term.factor !== undefined) ?? take(() => true);
      return first ? this.#first(first) : this.#to.number(0);
    };
    const start = constant ?? begin();
    const sum = this.#addedTo(
      start,
      rest.map(({ term }) => term),
    );
    return last ? this.#op("add", last.value, sum) : sum;
  }

  #addedTo(start: number, terms: readonly Term[]): number {
    let sum = start;
    for (const { value, factor, isNegative, product } of terms) {
      const operands = factor === undefined ? product : [factor, value];
      if (operands) sum = this.#op(isNegative ? "nmadd" : "madd", operands[0], operands[1], sum);
      else sum = this.#op(isNegative ? "sub" : "add", sum, value);
    }
    return sum;
  }

  /** A term that a sum begins with. */
  #first({ value, factor, isNegative }: Term): number {
    if (factor !== undefined) return this.#mul(isNegative ? this.#op("neg", factor) : factor, value);
    return isNegative ? this.#op("neg", value) : value;
  }

  #both(a: number | undefined, b: number | undefined): number | undefined {
    if (a === undefined) return b;
    return b === undefined ? a : this.#mul(a, b);
  }

  #mul(a: number, b: number): number {
    return a <= b ? this.#op("mul", a, b) : this.#op("mul", b, a);
  }

  #op(op: string, ...args: number[]): number {
    return this.#to.op(op, args);
  }

  #depth(value: number): number {
    for (let next = this.#depths.length; next <= value; next++) {
      const node = this.#to.nodes[next];
      this.#depths.push(node.kind === "op" ? 1 + largest(node.args.map((arg) => this.#depths[arg])) : 0);
    }
    return this.#depths[value];
  }
}

const none: Sum = { constant: undefined, terms: [] };

function alone(value: number): Sum {
  return { constant: undefined, terms: [{ value, factor: undefined, isNegative: false, product: undefined }] };
}
