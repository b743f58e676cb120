import { extentOf } from "../figure/scale.ts";
import { groupBy } from "../lists.ts";
import { rangeText } from "../model/template/facts.ts";
import type { Network, PlacedNode } from "../model/template/network.ts";
import type { Declaration, OperatorTemplate } from "../model/template/template.ts";
import { elementNames } from "../model/template/vectors.ts";

/** Nodes that have the same operators; the values of their variables may differ. */
export interface NodeKind {
  /** Paths of the nodes, in the order of the circuit. */
  nodes: string[];
  operators: readonly OperatorTemplate[];
}

/** The kinds of some nodes, in the order of the first node of each. */
export function kindsOf(nodes: readonly PlacedNode[]): NodeKind[] {
  const numbers = new Map<OperatorTemplate, number>();
  const numberOf = (operator: OperatorTemplate) => {
    const number = numbers.get(operator) ?? numbers.size;
    numbers.set(operator, number);
    return number;
  };
  const operatorsOf = ({ node }: PlacedNode) => node.operators.map(({ operator }) => operator);
  const kinds = groupBy(nodes, (placed) => operatorsOf(placed).map(numberOf).join(" "));
  return Array.from(kinds.values(), (members) => ({ nodes: members.map(({ path }) => path), operators: operatorsOf(members[0]) }));
}

/** The nodes of a kind, and what may be said about them. */
export interface KindContext {
  network: Network;
  kind: NodeKind;
  /** Edge of a node that belongs to one: full paths of its source and target. */
  edgeOf: ReadonlyMap<string, { source: string; target: string }>;
  /** Whether each of many values is told. */
  all: boolean;
}

const order = ["state", "algebraic", "parameter", "input", "time"];
/** More values than this are told as a range. */
const MOST_VALUES = 4;
/** More elements of a list than this are not all told. */
const MOST_ELEMENTS = 9;
/** More nodes than this are counted. */
const MOST_NODES = 4;

/** Rows of a table: name, kind, value (initial, or default), unit, usual range where any has one, and what else there is to say. */
export function variableRows(context: KindContext, operator: OperatorTemplate): string[][] {
  const equations = new Map(operator.equations.map(({ target, derivative }) => [target, derivative]));
  const rows = [...operator.variables].map(([name, declared]) => {
    const role = roleOf(name, declared, equations.get(name));
    const shown = declared.kind === "output" ? `${role}, output` : role;
    const [value, unit, note] = amountOf(context, operator, { name, role });
    const range = operator.ranges?.get(name);
    const ranged = operator.ranges?.size ? [range ? rangeText(range) : ""] : [];
    return { role, cells: [name, shown, value, unit, ...ranged, note] };
  });
  rows.sort((a, b) => order.indexOf(a.role) - order.indexOf(b.role));
  const titles = ["variable", "kind", "default", "unit", ...(operator.ranges?.size ? ["range"] : []), ""];
  return [titles, ...rows.map(({ cells }) => cells)];
}

function roleOf(name: string, { kind }: Declaration, derivative: boolean | undefined): string {
  if (derivative !== undefined) return derivative ? "state" : "algebraic";
  if (kind === "input") return "input";
  return name === "t" ? "time" : "parameter";
}

/** Value, unit and note of a variable on all nodes of its kind. */
function amountOf(context: KindContext, operator: OperatorTemplate, { name, role }: { name: string; role: string }): string[] {
  const unit = operator.units.get(name) ?? "";
  if (role === "algebraic" || role === "time") return ["", unit, ""];
  const fed = new Map(context.kind.nodes.map((node) => [node, feedsOf(context, node, `${operator.name}/${name}`)]));
  const free = context.kind.nodes.filter((node) => fed.get(node) === "");
  const shape = operator.variables.get(name)?.array?.shape ?? [];
  const amount = (node: string, element: string) => numberText(context.network.variables.get(`${node}/${operator.name}/${element}`));
  const values = new Map(
    free.map((node) => [
      node,
      listText(
        elementNames(name, shape).map((element) => amount(node, element)),
        shape,
      ),
    ]),
  );
  const sources = new Map([...fed].filter(([, text]) => text !== ""));
  const note = [noteOf(sources, context, "fed by "), values.size > 0 ? differing(values, context) : ""];
  return [[...values.values()][0] ?? "", unit, note.filter((part) => part !== "").join("; ")];
}

/** A list as one writes it, its first numbers if it is long; a single number as it is. */
function listText(values: readonly string[], shape: readonly number[]): string {
  if (shape.length === 0) return values[0];
  if (values.length > MOST_ELEMENTS) return `${shape.join(" × ")} numbers: ${values.slice(0, MOST_VALUES).join(", ")}, ...`;
  const columns = shape[1] ?? values.length;
  const rows = Array.from(
    { length: values.length / columns },
    (_, row) => `[${values.slice(row * columns, (row + 1) * columns).join(", ")}]`,
  );
  return shape.length === 1 ? rows[0] : `[${rows.join(", ")}]`;
}

/** What a kind's nodes have: said once where it is the same on all, and for each node where it is not. */
function noteOf(texts: ReadonlyMap<string, string>, { kind, all }: KindContext, says: string): string {
  const groups = grouped(texts);
  if (groups.size === 1 && texts.size === kind.nodes.length) return says + [...groups.keys()].join("");
  return [...groups].map(([text, nodes]) => `${says}${text} on ${nodeList(nodes, all)}`).join(", ");
}

/** Values that are not that of the first node. */
function differing(values: ReadonlyMap<string, string>, context: KindContext): string {
  const groups = grouped(values);
  const [first, ...others] = groups.keys();
  if (others.length <= MOST_VALUES || context.all) return noteOf(new Map([...values].filter(([, text]) => text !== first)), context, "");
  const numbers = [...groups.keys()].map(Number);
  const isRange = numbers.every((number) => !Number.isNaN(number));
  const [low, high] = extentOf(numbers) ?? [0, 0];
  const range = isRange ? `, from ${low} to ${high}` : "";
  return `${groups.size} values on ${values.size} nodes${range}`;
}

/** Nodes by their text. */
function grouped(texts: ReadonlyMap<string, string>): Map<string, string[]> {
  return groupBy(texts.keys(), (node) => texts.get(node) ?? "");
}

function nodeList(nodes: readonly string[], all: boolean): string {
  const shown = all ? nodes : nodes.slice(0, MOST_NODES);
  const left = nodes.length - shown.length;
  return shown.join(", ") + (left > 0 ? ` and ${left} more` : "");
}

/** What feeds an input of a node: operators of the same node, the ends of its edge, other variables, edges; "" if nothing does. */
function feedsOf({ network, edgeOf }: KindContext, node: string, variable: string): string {
  const feeds = network.feedsOf(`${node}/${variable}`);
  const texts = feeds.map(({ source, weight }) => (weight === undefined ? sourceText(source, node, edgeOf.get(node)) : "edges"));
  return [...new Set(texts)].join(" and ");
}

function sourceText(path: string, node: string, edge: { source: string; target: string } | undefined): string {
  if (path.startsWith(`${node}/`)) return path.slice(node.length + 1);
  if (!edge) return path;
  if (path === edge.source) return "the edge's source";
  const target = edge.target.split("/").slice(0, -2).join("/");
  return path.startsWith(`${target}/`) ? `${path.slice(target.length + 1)} of the edge's target` : path;
}

/** A number as a template would write it: 0.01, or -0.6-0.8j where it is complex. */
export function numberText(value: { re: number; im?: number } | undefined): string {
  if (value === undefined) return "";
  const { re, im } = value;
  if (im === undefined) return String(re);
  return `${re}${im < 0 || Object.is(im, -0) ? "-" : "+"}${Math.abs(im)}j`;
}
