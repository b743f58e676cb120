import { append, groupBy } from "../../lists.ts";
import { type Algebraic, inOrder, type Quantity, SIGNAL, STAGES, type State, SUM, type Sum, type Term } from "../equation/equations.ts";

import type { Expression } from "../equation/tree.ts";
import type { EdgeParts, PlacedStage } from "./edges.ts";
import { summedKind } from "./kinds.ts";
import { binary, type Feed, type Network, type NetworkVariable, named, numeral, type PlacedNode } from "./network.ts";

import type { PlacedEquation } from "./template.ts";

/** Nodes of one kind: the same operators, and variables of the same kinds. */
type Kind = readonly PlacedNode[];

/** Groups nodes by kind, in the order of their first nodes. */
function kindsOf(nodes: readonly PlacedNode[]): Kind[] {
  const operators = new Map<unknown, number>();
  const numberOf = (operator: unknown) => {
    const number = operators.get(operator) ?? operators.size;
    operators.set(operator, number);
    return number;
  };
  const signatureOf = (placed: PlacedNode) => {
    const { node, variables } = placed;
    const uses = node.operators.map(({ operator }) => numberOf(operator));
    return summedKind(placed) ?? [...uses, ...variables.map(({ kind, im }) => kind + (im === undefined ? "" : "i"))].join(" ");
  };
  return [...groupBy(nodes, signatureOf).values()];
}

/** Where a variable is: the first node's variable, and which copy of it. */
type Find = (path: string) => { source: string; copy: number };

/** So many stages share one equation. */
const LOOPED_STAGES = 128;

/** Stages in groups that share an equation, in their order: all, or each alone where they are few. */
export function groupsOf(stages: readonly PlacedStage[]): (readonly PlacedStage[])[] {
  return stages.length < LOOPED_STAGES ? stages.map((stage) => [stage]) : [stages];
}

/** The equations of groups of stages. */
export function statesOf(groups: readonly (readonly PlacedStage[])[], find: Find): State[] {
  return groups.map((group) => {
    const [{ path, before, rate, delay }, ...rest] = group;
    const own = { path, unit: "", re: 0 };
    const factor = delay === undefined ? numeral(rate) : binary("/", numeral(rate), named(delay));
    if (rest.length === 0) return { ...own, derivative: binary("*", factor, binary("-", named(before), named(path))) };
    const stages = group.map(({ rate, delay, before }, i) => ({
      ...{ rate, delay },
      ...(i > 0 && before === group[i - 1].path ? {} : { before: find(before) }),
    }));
    return { ...own, copies: rest.map((stage) => ({ ...own, path: stage.path })), derivative: named(STAGES), stages };
  });
}

/**
 * The flat model of a large network: the equations of each kind of node once, for all nodes of that kind side by side, and edges
 * as matrices. Throws E_ALGEBRAIC_LOOP also where nodes of one kind need each other in turn, and not in a ring.
 */
export function collectLooped(network: Network, edges: EdgeParts, operators: FlatOperators): Flat {
  const flat: Flat = { states: [], params: [], inputs: [], algebraic: [] };
  const kinds = kindsOf(network.nodes);
  const stages = groupsOf(edges.stages);
  const find = finder([...kinds.flatMap(variablesOf), ...stages]);
  for (const kind of kinds) {
    for (const variables of variablesOf(kind)) {
      const all = variables.map((variable) => network.variables.get(variable.path) ?? variable);
      add(flat, all, { network, edges, operators, find });
    }
  }
  append(flat.states, statesOf(stages, find));
  append(flat.params, edges.delays);
  inOrder(flat.algebraic.map(({ path, expression, sum }) => ({ name: path, expression, also: sum ? present(sum) : [] })));
  return flat;
}

function present({ terms }: Sum): string[] {
  return [...new Set(terms.filter(({ delay }) => !delay).map(({ source }) => source))];
}

/** Each variable of a kind, of all its nodes. */
function variablesOf(kind: Kind): NetworkVariable[][] {
  return kind[0].variables.map((_, i) => kind.map(({ variables }) => variables[i]));
}

/** Finds variables among those that share an equation; all others are themselves. */
export function finder(groups: readonly (readonly { path: string }[])[]): Find {
  const places = new Map<string, { source: string; copy: number }>();
  for (const group of groups) {
    group.forEach(({ path }, copy) => {
      places.set(path, { source: group[0].path, copy });
    });
  }
  return (path) => places.get(path) ?? { source: path, copy: 0 };
}

interface Context {
  network: Network;
  edges: EdgeParts;
  operators: FlatOperators;
  find: Find;
}

/** Adds one variable of all nodes of a kind. */
function add(flat: Flat, all: readonly NetworkVariable[], context: Context): void {
  const [first, ...rest] = all;
  const { network, edges, operators } = context;
  const of = (values: readonly Quantity[]) => (values.length > 1 ? { ...values[0], copies: values.slice(1) } : values[0]);
  const whole = of(all.map((variable) => quantity(variable, edges)));
  const own = { path: first.path, unit: first.unit, ...(rest.length > 0 ? { copies: rest.map(({ path }) => path) } : {}) };
  const found = operators.get(first.path);
  const expression = found && network.placed(found.equation.expression, found.operator);
  if (expression && found.equation.derivative) flat.states.push({ ...whole, derivative: expression });
  else if (expression) flat.algebraic.push({ ...own, expression });
  else if (first.kind !== "input") {
    if (first.name === "t") flat.algebraic.push({ ...own, expression: named("t") });
    else flat.params.push(whole);
  } else addInput(flat, all, whole, { own, context });
}

type Named = Pick<Algebraic, "path" | "unit" | "copies">;

function addInput(flat: Flat, all: readonly NetworkVariable[], whole: Quantity, { own, context }: { own: Named; context: Context }): void {
  const feeds = all.map(({ path }) => context.network.feeds.get(path) ?? []);
  if (feeds.every((each) => each.length === 0)) {
    flat.inputs.push(whole);
    return;
  }
  const fed = (value: Quantity, i: number): Quantity => (feeds[i].length === 0 ? value : withoutDefault(value));
  const copies = whole.copies?.map((value, i) => fed(value, i + 1));
  flat.inputs.push({ ...fed(whole, 0), ...(copies ? { copies } : {}) });
  const within = feeds[0].filter((feed) => feed.within).map(({ source }) => named(source));
  const terms = feeds.flatMap((each, target) => each.filter((feed) => !feed.within).map((feed) => ({ ...feed, target })));
  const signal = named(SIGNAL + own.path);
  if (terms.length === 0) flat.algebraic.push({ ...own, expression: summed([...within, signal]) });
  else {
    const start = within.length > 0 ? { start: summed(within) } : {};
    const sum = { ...start, ...matrix(flat, terms, context) };
    flat.algebraic.push({ ...own, expression: binary("+", named(SUM), signal), sum });
  }
}

function summed(terms: readonly Expression[]): Expression {
  return terms.reduce((sum, term) => binary("+", sum, term));
}

/** The terms of a sum, and their weights as one parameter. */
function matrix(flat: Flat, feeds: readonly (Feed & { target: number })[], { find }: Context): Omit<Sum, "start"> {
  const terms = feeds.map(({ source, delay, target }): Term => ({ target, ...find(source), ...(delay ? { delay } : {}) }));
  const values = feeds.flatMap(({ weight }) => weight ?? []);
  if (values.length === 0) return { terms };
  flat.params.push({ ...values[0], copies: values.slice(1) });
  return { terms, weights: values[0].path };
}

/** The parts of a flat model. */
export interface Flat {
  states: State[];
  params: Quantity[];
  inputs: Quantity[];
  algebraic: Algebraic[];
}

/** The equation of each variable that has one, and the path of its operator. */
export type FlatOperators = ReadonlyMap<string, { equation: PlacedEquation; operator: string }>;

/** A variable of a node with its value. */
export function quantity({ path, unit, re, im }: NetworkVariable, { owners }: EdgeParts): Quantity {
  const edge = owners.get(path);
  return { path, unit, re, ...(im === undefined ? {} : { im }), ...(edge ? { edge } : {}) };
}

/** An input that is fed: its default does not count. */
export function withoutDefault(input: Quantity): Quantity {
  return { ...input, re: 0, ...(input.im === undefined ? {} : { im: 0 }) };
}
