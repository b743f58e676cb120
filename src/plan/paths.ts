import type { Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import { groupBy } from "../lists.ts";
import type { ModelSource } from "../model/build.ts";
import { type ModelLayout, type Variable, type VariableRef, variablesOf } from "../model/model.ts";

/** A variable of the model with its path in parts. */
export interface Target extends VariableRef {
  /** Path of the node; nested circuits give several parts, joined by "/". */
  node: string;
  operator: string;
  name: string;
}

/** Stands for every node of a level. */
const ALL = "all";

/** Attributes of edges that are no variables of operators. */
const edgeOnly = ["weight", "delay"];

/**
 * Every variable of a model by node, operator and name; but for the weights and delays of edges, which have no node. They are in the
 * order of the nodes, whichever of these share their equations, and of a node in the order of its model.
 */
export function targetsOf({ layout, nodes }: Pick<ModelSource, "layout" | "nodes">): Target[] {
  const known = targetsOfCircuits.get(layout.states);
  if (known) return known;
  const places = new Map(nodes.map((node, i) => [node, i]));
  const byPlace: Target[][] = Array.from({ length: nodes.length + 1 }, () => []);
  for (const { kind, row, variable } of variablesOf(layout)) {
    if (variable.edge && edgeOnly.includes(variable.edge.attribute)) continue;
    const parts = partsOf(variable.path);
    byPlace[places.get(parts.node) ?? nodes.length].push({ kind, row, variable, ...parts });
  }
  const targets = byPlace.flat();
  layoutOf.set(targets, layout);
  // A model that was given as a module has no nodes, and may be changed by whoever has it.
  if (nodes.length > 0) targetsOfCircuits.set(layout.states, targets);
  return targets;
}

/** Targets of circuits, by the states of their layouts: those of a network are many, and sweeps follow each other. */
const targetsOfCircuits = new WeakMap<readonly Variable[], Target[]>();

function partsOf(path: string): Pick<Target, "node" | "operator" | "name"> {
  const name = path.lastIndexOf("/");
  const operator = path.lastIndexOf("/", name - 1);
  return { node: path.slice(0, Math.max(0, operator)), operator: path.slice(operator + 1, name), name: path.slice(name + 1) };
}

/** The layout whose variables they are: it knows what no equation uses. */
const layoutOf = new WeakMap<readonly Target[], ModelLayout>();

/** Whether a complex variable's name stands for this target as its imaginary part. */
export function isImaginaryOf({ name: found }: Target, name: string): boolean {
  return found === `${name}.im`;
}

/** How a kind of problem with a path is named. */
export interface PathUse {
  /** Code where the variable is unknown; nodes and operators have codes of their own. */
  code: string;
  path: (string | number)[];
  /** What the path is for, as in "output V". */
  says: string;
  /** Whether a complex variable's name stands for its parts, `name.re` and `name.im`. */
  parts?: boolean;
}

/**
 * The variables that `path` names: `node/operator/variable`, with `all` for every node of a level, or `operator/variable` for
 * every node that has it. An unknown node, operator or variable is told at its own level, and nothing is returned.
 */
export function resolvePath(problems: Problems, targets: readonly Target[], path: string, use: PathUse): Target[] {
  const parts = path.split("/");
  if (parts.length < 2 || parts.some((part) => part === "")) {
    const message = `${use.says} is node/operator/variable, but "${sanitize(path)}" was found`;
    problems.add("E_PATH", use.path, message);
    return [];
  }
  const [operator, name] = parts.slice(-2);
  const node = parts.length > 2 ? parts.slice(0, -2).join("/") : ALL;
  return resolveTarget(problems, targets, { node, operator, name }, use);
}

/** As resolvePath, of a path in parts. */
export function resolveTarget(
  problems: Problems,
  targets: readonly Target[],
  wanted: Pick<Target, "node" | "operator" | "name">,
  use: PathUse,
): Target[] {
  const { node, operator, name } = wanted;
  const here = onNode(targets, node);
  if (here.length === 0) {
    const known = [...new Set(targets.map((target) => target.node))];
    problems.unknown("E_UNKNOWN_NODE", use.path, { what: `node ${sanitize(node)} for ${use.says}`, found: node, known });
    return [];
  }
  const withOperator = here.filter((target) => target.operator === operator);
  if (withOperator.length === 0) {
    const known = [...new Set(here.map((target) => target.operator))];
    const what = `operator ${sanitize(operator)} on node ${sanitize(node)} for ${use.says}`;
    problems.unknown("E_UNKNOWN_OPERATOR", use.path, { what, found: operator, known });
    return [];
  }
  const found = withOperator.filter((target) => isCalled(target, name, use));
  if (found.length === 0) {
    if (tellsOther(problems, withOperator, { ...wanted, unused: layoutOf.get(targets)?.unused }, use)) return [];
    const known = [...new Set(withOperator.map((target) => target.name))].sort();
    const what = `variable ${operator}/${sanitize(name)} on node ${sanitize(node)} for ${use.says}`;
    problems.unknown(use.code, use.path, { what, found: name, known, prefix: `${operator}/` });
  }
  return found;
}

/** Tells of a name that is no variable, but something else: one that no equation uses, or a list of numbers. */
function tellsOther(
  problems: Problems,
  targets: readonly Target[],
  { node, operator, name, unused }: Pick<Target, "node" | "operator" | "name"> & { unused: ReadonlySet<string> | undefined },
  { code, path, says }: PathUse,
): boolean {
  const variable = sanitize(`${operator}/${name}`);
  if (unused?.has(`${operator}/${name}`)) {
    problems.add(code, path, `${variable} on node ${sanitize(node)} is declared, but no equation uses it, so ${says} would change nothing`);
    return true;
  }
  const element = targets.find((target) => /^(\.\d+)+$/.test(target.name.slice(name.length)) && target.name.startsWith(name));
  if (!element) return false;
  const suggestion = `${operator}/${element.name}`;
  problems.add(code, path, `${variable} for ${says} is a list of numbers; name one of its elements, such as ${suggestion}`, suggestion);
  return true;
}

/**
 * An input that edges feed has two targets of one path: the input, and an output that is the sum of all it gets. Keeps the one of `kind`
 * alone.
 */
export function preferring(kind: "input" | "output", found: readonly Target[]): Target[] {
  const preferred = new Set(found.filter((target) => target.kind === kind).map(({ variable }) => variable.path));
  const other = kind === "input" ? "output" : "input";
  return found.filter((target) => target.kind !== other || !preferred.has(target.variable.path));
}

/** Variables of each node, found once for each model: a key may list thousands of nodes. */
const byNode = new WeakMap<readonly Target[], ReadonlyMap<string, readonly Target[]>>();

/** The variables of the nodes that a path names, in the model's order. */
function onNode(targets: readonly Target[], wanted: string): readonly Target[] {
  if (wanted.split("/").includes(ALL)) return targets.filter((target) => matches(wanted, target.node));
  const nodes = byNode.get(targets) ?? groupBy(targets, ({ node }) => node);
  byNode.set(targets, nodes);
  return nodes.get(wanted) ?? [];
}

function isCalled(target: Target, name: string, { parts }: PathUse): boolean {
  return target.name === name || (parts === true && (target.name === `${name}.re` || target.name === `${name}.im`));
}

/** Whether a node's path is one that `wanted` names: part by part, `all` matching any. */
function matches(wanted: string, node: string): boolean {
  if (wanted === ALL || wanted === node) return true;
  const parts = wanted.split("/");
  const actual = node.split("/");
  if (parts[parts.length - 1] !== ALL && parts.length !== actual.length) return false;
  if (parts.length > actual.length) return false;
  return parts.every((part, i) => part === ALL || part === actual[i]);
}
