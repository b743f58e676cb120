import { escaped } from "../errors.ts";
import { largest } from "../lists.ts";
import type { Equations } from "../model/equation/equations.ts";
import { print } from "../model/equation/tree.ts";
import { wireEdges } from "../model/template/edges.ts";
import { headlineOf, readersLines } from "../model/template/facts.ts";
import { Network } from "../model/template/network.ts";
import type { CircuitTemplate, OperatorTemplate } from "../model/template/template.ts";
import { counted, countOf, isOfOperator } from "./circuits.ts";
import { columns, WIDTH, width, wrapped } from "./columns.ts";
import { type KindContext, kindsOf, type NodeKind, variableRows } from "./variables.ts";
import { wiresOf, wiringText } from "./wiring.ts";

/** What the text of a model is made from. */
export interface Shown {
  /** As one writes it for `circuitTemplate`. */
  path: string;
  circuit: CircuitTemplate;
  equations: Equations;
  /** Whether every node and edge of a large network is told. */
  all: boolean;
}

/** More nodes of a kind than this are not all named. */
const MOST_NAMED = 100;

/** A model as text: what it is, then equations and variables of each kind of node, then the edges and what they do on the way. */
export function modelText(shown: Shown): string {
  const { circuit, all } = shown;
  const network = new Network(circuit);
  const nodes = [...network.nodes];
  wireEdges(network, new Map());
  const edgeNodes = network.nodes.slice(nodes.length);
  const wires = wiresOf(network, edgeNodes);
  const edgeOf = new Map(wires.map((wire) => [wire.through, wire]));
  const contextOf = (kind: NodeKind): KindContext => ({ network, kind, edgeOf, all });
  const lines = [
    ...headerText(shown, network, nodes.length),
    "",
    ...kindsOf(nodes).flatMap((kind) => kindText("Node", contextOf(kind))),
    ...wiringText(wires, circuit.timeUnit, all),
    ...kindsOf(edgeNodes).flatMap((kind) => kindText("Edge operators", contextOf(kind))),
    ...pathsText(shown),
  ];
  return lines.map(escaped).join("\n");
}

function headerText({ path, circuit, equations }: Shown, network: Network, nodes: number): string[] {
  const said = readersLines(circuit.description);
  const { states, params, inputs, algebraic, timeUnit } = equations;
  const time = timeUnit === "" ? "Time has no unit." : `Time is in ${timeUnit}.`;
  const ofChains = states.filter(({ path: state }) => !network.variables.has(state));
  const chains = ofChains.length > 0 ? ` (${countOf(ofChains)} of them stages of delays)` : "";
  const signals = new Set(inputs.map(({ path: input }) => input));
  const counts = [
    `${counted(countOf(states), "state")}${chains}`,
    counted(countOf(params.filter(isOfOperator)), "parameter"),
    counted(countOf(inputs), "input"),
    counted(countOf(algebraic.filter(({ path: variable }) => !signals.has(variable))), "algebraic variable"),
  ];
  return [
    circuit.name,
    ...said.flatMap((line) => wrapped(line.trim(), "  ", "    ")),
    "",
    ...wrapped(`circuitTemplate: ${path}`, "  ", "    "),
    ...wrapped(
      `${time} ${counts.slice(0, -1).join(", ")} and ${counts.at(-1)} on ${counted(nodes, "node")}, ${counted(network.edgeCount, "edge")}.`,
      "  ",
    ),
  ];
}

function kindText(what: string, context: KindContext): string[] {
  const { kind, all } = context;
  const named = all ? kind.nodes : kind.nodes.slice(0, MOST_NAMED);
  const left = kind.nodes.length - named.length;
  const many = kind.nodes.length > 1;
  const title = many ? `${what}${what.endsWith("s") ? "" : "s"} (${kind.nodes.length})` : what;
  const names = `${named.join(", ")}${left > 0 ? ` and ${left} more; --all names them` : ""}`;
  return [...wrapped(`${title} ${names}`, "", "  "), "", ...kind.operators.flatMap((operator) => operatorText(context, operator))];
}

function operatorText(context: KindContext, operator: OperatorTemplate): string[] {
  const says = headlineOf(operator.description);
  return [
    ...wrapped(says === "" ? operator.name : `${operator.name}: ${says}`, "  ", "    "),
    "",
    ...equationText(operator, "    "),
    "",
    ...columns(variableRows(context, operator), "    "),
    "",
  ];
}

/** How variables are reached, by the first ones as examples. */
function pathsText({ equations: { states, params } }: Shown): string[] {
  const param = params.find(({ edge }) => edge === undefined);
  const edge = params.flatMap((other) => other.edge ?? [])[0];
  const lines = [
    ...states.slice(0, 1).map(({ path }) => `  outputs   { ${path.split("/").at(-1)}: ${path} }`),
    ...(param ? [`  paramMap  ${nodeMapping(param.path)}`] : []),
    ...(edge ? [`  paramMap  { w: { vars: [weight], edges: [[${edge.source}, ${edge.target}]] } }`] : []),
  ];
  return lines.length === 0 ? [] : ["In a sweep or run, variables are reached by such paths:", "", ...lines];
}

function nodeMapping(path: string): string {
  const parts = path.split("/");
  const [node, variable] = [parts.slice(0, -2).join("/"), parts.slice(-2).join("/")];
  return `{ ${parts.at(-1)}: { vars: [${variable}], nodes: [${node}] } }`;
}

/** The equations of an operator below each other; those that are longer than a line are broken between their terms. */
export function equationText({ equations }: OperatorTemplate, indent: string): string[] {
  const left = equations.map(({ target, derivative }) => `${target}${derivative ? "'" : ""}`);
  const most = largest(left.map(width));
  return equations.flatMap(({ expression }, i) => {
    const begin = `${indent}${left[i].padEnd(most)} = `;
    const [first, ...more] = linesOf(print(expression), WIDTH - width(begin));
    const hanging = " ".repeat(width(begin));
    return [...wrapped(first, begin, `${hanging}  `), ...more.flatMap((line) => wrapped(line, hanging, `${hanging}  `))];
  });
}

/** A sum in lines of at most `room` letters, as far as its terms have room. */
function linesOf(text: string, room: number): string[] {
  const lines: string[] = [];
  for (const term of termsOf(text)) {
    const last = lines.length - 1;
    const longer = `${lines[last]} ${term}`;
    if (last >= 0 && width(longer) <= room) lines[last] = longer;
    else lines.push(term);
  }
  return lines;
}

/** The terms of a printed sum with their signs, cut where + and - stand outside of parentheses. */
function termsOf(text: string): string[] {
  const terms: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "(") depth++;
    else if (text[i] === ")") depth--;
    else if (depth === 0 && /^ [+-] $/.test(text.slice(i, i + 3))) {
      terms.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return [...terms, text.slice(from)];
}
