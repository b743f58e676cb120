import { append, groupBy } from "../../lists.ts";
import { type Algebraic, inOrder, type Quantity, SIGNAL, STAGES, type State, SUM, sourcesOf, type Term } from "../equation/equations.ts";

import type { Expression } from "../equation/tree.ts";
import type { EdgeParts, PlacedStage } from "./edges.ts";
import { summedKind } from "./kinds.ts";
import { binary, type Feed, type FeedRow, type Network, type NetworkVariable, named, numeral, type PlacedNode } from "./network.ts";

import type { NodeTemplate, PlacedEquation } from "./template.ts";

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
  const signatures = new Map<NodeTemplate, string>();
  const signatureOf = (placed: PlacedNode) => {
    const { node, variables } = placed;
    const known = signatures.get(node);
    if (known !== undefined) return known;
    const uses = node.operators.map(({ operator }) => numberOf(operator));
    const made = summedKind(placed) ?? [...uses, ...variables.map(({ kind, im }) => kind + (im === undefined ? "" : "i"))].join(" ");
    signatures.set(node, made);
    return made;
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
export function collectLooped(network: Network, edges: EdgeParts, equationOf: FindEquation): Flat {
  const flat: Flat = { states: [], params: [], inputs: [], algebraic: [] };
  const kinds = kindsOf(network.nodes);
  const stages = groupsOf(edges.stages);
  const variables = kinds.flatMap(variablesOf);
  const find = finder([...variables, ...stages]);
  for (const each of variables) {
    // Variables of edges' operators may have other values.
    const all = edges.owners.size === 0 ? each : each.map((variable) => network.variables.get(variable.path) ?? variable);
    add(flat, all, { network, edges, equationOf, find });
  }
  append(flat.states, statesOf(stages, find));
  append(flat.params, edges.delays);
  inOrder(
    flat.algebraic.map(({ path, expression, sum }) => ({ name: path, expression, also: sum ? sourcesOf(sum, { present: true }) : [] })),
  );
  return flat;
}

/** Each variable of a kind, of all its nodes. */
function variablesOf(kind: Kind): NetworkVariable[][] {
  return kind[0].variables.map((_, i) => kind.map(({ variables }) => variables[i]));
}

/** Finds variables among those that share an equation; all others are themselves. */
export function finder(groups: readonly (readonly { path: string }[])[]): Find {
  const places = new Map<string, { source: string; copy: number }>();
  for (const group of groups) {
    const source = group[0].path;
    for (let copy = 0; copy < group.length; copy++) places.set(group[copy].path, { source, copy });
  }
  return (path) => places.get(path) ?? { source: path, copy: 0 };
}

interface Context {
  network: Network;
  edges: EdgeParts;
  equationOf: FindEquation;
  find: Find;
}

/** Adds one variable of all nodes of a kind. */
function add(flat: Flat, all: readonly NetworkVariable[], context: Context): void {
  const [first, ...rest] = all;
  const { network, edges, equationOf } = context;
  const whole = (): Quantity => {
    const [quantity, ...copies] = all.map((variable) => quantityOf(variable, edges));
    return copies.length > 0 ? { ...quantity, copies } : quantity;
  };
  const own = { path: first.path, unit: first.unit, ...(rest.length > 0 ? { copies: rest.map(({ path }) => path) } : {}) };
  const found = equationOf(first);
  const expression = found && network.placed(found.expression, first.operator);
  if (expression && found.derivative) flat.states.push({ ...whole(), derivative: expression });
  else if (expression) flat.algebraic.push({ ...own, expression });
  else if (first.kind !== "input") {
    if (first.name === "t") flat.algebraic.push({ ...own, expression: named("t") });
    else flat.params.push(whole());
  } else addInput(flat, all, whole(), { own, context });
}

type Named = Pick<Algebraic, "path" | "unit" | "copies">;

function addInput(flat: Flat, all: readonly NetworkVariable[], whole: Quantity, { own, context }: { own: Named; context: Context }): void {
  const feeds = all.map(({ path }) => context.network.feeds.get(path) ?? none);
  if (feeds.every((each) => each.length === 0)) {
    flat.inputs.push(whole);
    return;
  }
  const fed = (value: Quantity, i: number): Quantity => (feeds[i].length === 0 ? value : withoutDefault(value));
  const copies = whole.copies?.map((value, i) => fed(value, i + 1));
  flat.inputs.push({ ...fed(whole, 0), ...(copies ? { copies } : {}) });
  const within = feeds[0].flatMap((feed) => ("within" in feed ? [named(feed.source)] : []));
  const matrix = matrixOf(feeds, context);
  const signal = named(SIGNAL + own.path);
  if (matrix.terms.length === 0) flat.algebraic.push({ ...own, expression: summed([...within, signal]) });
  else {
    const start = within.length > 0 ? { start: summed(within) } : {};
    const { terms, weights } = matrix;
    if (weights.length > 0) flat.params.push({ ...weights[0], copies: weights.slice(1) });
    const sum = { ...start, terms, ...(weights.length > 0 ? { weights: weights[0].path } : {}) };
    flat.algebraic.push({ ...own, expression: binary("+", named(SUM), signal), sum });
  }
}

function summed(terms: readonly Expression[]): Expression {
  return terms.reduce((sum, term) => binary("+", sum, term));
}

const none: readonly (Feed | FeedRow)[] = [];

/** The terms of the sums of some targets, but for those from within their nodes, and their weights. */
function matrixOf(feeds: readonly (readonly (Feed | FeedRow)[])[], { find }: Context): { terms: Term[]; weights: Quantity[] } {
  const terms: Term[] = [];
  const weights: Quantity[] = [];
  const numerals = new Map<number, Expression>();
  const delayOf = (value: number): Expression => {
    const known = numerals.get(value) ?? numeral(value);
    numerals.set(value, known);
    return known;
  };
  feeds.forEach((each, target) => {
    for (const feed of each) {
      if ("weights" in feed) {
        const { sources, delays } = feed;
        sources.forEach((path, i) => {
          const { source, copy } = find(path);
          terms.push({ target, source, copy, delay: delays && delays[i] > 0 ? delayOf(delays[i]) : undefined });
        });
        append(weights, feed.weights);
      } else if (!feed.within) {
        const { source, copy } = find(feed.source);
        terms.push({ target, source, copy, delay: feed.delay });
        if (feed.weight) weights.push(feed.weight);
      }
    }
  });
  return { terms, weights };
}

/** The parts of a flat model. */
export interface Flat {
  states: State[];
  params: Quantity[];
  inputs: Quantity[];
  algebraic: Algebraic[];
}

/** Finds the equation of a variable, if it has one. */
export type FindEquation = (variable: NetworkVariable) => PlacedEquation | undefined;

/** A variable of a node with its value. */
export function quantityOf({ path, unit, re, im }: NetworkVariable, { owners }: EdgeParts): Quantity {
  const edge = owners.size === 0 ? undefined : owners.get(path);
  if (im === undefined && !edge) return { path, unit, re };
  return { path, unit, re, ...(im === undefined ? {} : { im }), ...(edge ? { edge } : {}) };
}

/** An input that is fed: its default does not count. */
export function withoutDefault(input: Quantity): Quantity {
  return { ...input, re: 0, ...(input.im === undefined ? {} : { im: 0 }) };
}
