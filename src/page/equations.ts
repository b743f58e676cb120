import type { DescribedOperator, ModelDescription } from "../index.ts";
import { short, unitText } from "../quantity.ts";
import { element } from "./element.ts";
import { equationMath, nameMath } from "./math.ts";

/** Nodes that are named, and edges that are listed. */
const MOST_NAMED = 6;
const MOST_EDGES = 20;

/** A model's equations as mathematics, operator by operator, and its edges. */
export function equations({ description, operators, edges, timeUnit }: ModelDescription): HTMLElement {
  const said = description
    .trim()
    .split("\n")
    .filter((line) => !/^(?:Units|Time):/.test(line));
  return element(
    "div",
    { class: "equations" },
    ...said.map((line) => element("p", { class: "said" }, line)),
    ...operators.map(operatorOf),
    ...(edges.length === 0 ? [] : [edgesOf(edges, timeUnit)]),
  );
}

function operatorOf({ name, nodes, equations: listed }: DescribedOperator): HTMLElement {
  const named = nodes.slice(0, MOST_NAMED).join(", ") + (nodes.length > MOST_NAMED ? ` and ${nodes.length - MOST_NAMED} more` : "");
  const lines = listed.map((equation) => element("div", { class: "equation", title: equation.text }, ...equationMath(equation)));
  const label = `Equations of ${name}`;
  return element(
    "div",
    { class: "operator" },
    element("h3", {}, name, " ", element("span", { class: "unit" }, `on ${named}`)),
    element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label }, ...lines),
  );
}

function edgesOf(edges: ModelDescription["edges"], timeUnit: string): HTMLElement {
  const shown = edges.slice(0, MOST_EDGES).map(({ source, target, weight, delay, spread }) => {
    const late = delay > 0 ? [`, ${short(delay)} ${unitText(timeUnit)} later${spread > 0 ? `, spread ${short(spread)}` : ""}`] : [];
    return element("li", {}, `${target} += ${short(weight)} · ${source}`, ...late);
  });
  const left = edges.length - shown.length;
  const more = left > 0 ? [element("li", {}, `and ${left} more`)] : [];
  return element("div", { class: "operator" }, element("h3", {}, "Edges"), element("ul", {}, ...shown, ...more));
}

/** A variable's name as mathematics; what is no plain name stays text. */
export function variableName(name: string): Node {
  return /^[A-Za-z]\w*$/.test(name) ? nameMath(name) : document.createTextNode(name);
}
