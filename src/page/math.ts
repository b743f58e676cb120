import type { DescribedEquation, DescribedOperator, Expression, ModelDescription } from "../index.ts";
import { short, unitText } from "../quantity.ts";
import { element } from "./element.ts";

const MATHML = "http://www.w3.org/1998/Math/MathML";

/** Names that are letters. */
const letters = new Map(
  Object.entries({
    ...{ alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ε", zeta: "ζ", eta: "η", theta: "θ", iota: "ι", kappa: "κ" },
    ...{ lambda: "λ", mu: "μ", nu: "ν", xi: "ξ", pi: "π", rho: "ρ", sigma: "σ", tau: "τ", phi: "φ", chi: "χ", psi: "ψ", omega: "ω" },
    ...{ Gamma: "Γ", Delta: "Δ", Theta: "Θ", Lambda: "Λ", Xi: "Ξ", Pi: "Π", Sigma: "Σ", Phi: "Φ", Psi: "Ψ", Omega: "Ω" },
  }),
);

const signs: Readonly<Record<string, string>> = { "*": "·", "-": "−", "==": "=", "!=": "≠", ">=": "≥", "<=": "≤" };
const strength: Readonly<Record<string, number>> = { "+": 2, "-": 2, "*": 3, "/": 3, "^": 5 };
const NEGATION = 3;
/** What a power is taken of must be as strong. */
const POWER = 6;
const INVISIBLE_TIMES = "\u2062";
/** Between factors, as wide as a thin space of print. */
const THIN = "0.1667em";

/** An equation in pieces that a line can be broken between: its left side, then its terms. */
export function equationMath({ target, derivative, expression }: DescribedEquation): Element[] {
  const left = name(target, derivative);
  return [math(left, infix("=")), ...termsOf(expression).map((term) => math(term))];
}

function math(...children: Parts[]): Element {
  const made = node("math", children.flat());
  made.setAttribute("displaystyle", "true");
  return made;
}

/** What a node is made of: an element, text, or a list of elements. */
type Parts = Element | string | readonly (Element | string)[];

function node(tag: string, ...children: Parts[]): Element {
  const made = document.createElementNS(MATHML, tag);
  made.append(...children.flat());
  return made;
}

function operator(text: string): Element {
  return node("mo", text);
}

/** An operator at an end of its piece, with the room on both sides that it has within an equation. */
function infix(text: string): Element {
  const made = operator(text);
  made.setAttribute("form", "infix");
  return made;
}

/** The terms of a sum, each with its sign before it. A long sum nests as deep as it has terms. */
function termsOf(expression: Expression): Element[][] {
  const terms: Element[][] = [];
  let rest = expression;
  while (rest.kind === "binary" && (rest.op === "+" || rest.op === "-")) {
    terms.unshift([infix(signs[rest.op] ?? rest.op), within(startsNegative(rest.right), draw(rest.right, 3))]);
    rest = rest.left;
  }
  return [[draw(rest, terms.length === 0 ? 0 : 2)], ...terms];
}

/** Whether an expression begins with a minus, which must not stand behind another sign. */
function startsNegative(expression: Expression): boolean {
  if (expression.kind === "negate") return true;
  if (expression.kind === "number") return expression.im === 0 && expression.re < 0;
  return expression.kind === "binary" && expression.op === "*" && startsNegative(expression.left);
}

/** An expression; parentheses where what stands around it binds more strongly. */
function draw(expression: Expression, above = 0): Element {
  switch (expression.kind) {
    case "number":
      return number(expression.re, expression.im, above);
    case "name":
      return name(expression.name);
    case "past":
      return node("mrow", name(expression.name), fenced([node("mi", "t"), operator("−"), draw(expression.delay, 3)]));
    case "negate":
      return within(above > NEGATION, node("mrow", operator("−"), draw(expression.operand, NEGATION)));
    case "call":
      return call(expression.name, expression.args, above);
    case "binary":
      return binary(expression, above);
  }
}

type Binary = Extract<Expression, { kind: "binary" }>;

function binary({ op, left, right }: Binary, above: number): Element {
  if (op === "/") return within(above >= POWER, node("mfrac", draw(left), draw(right)));
  if (op === "^") return within(above >= POWER, node("msup", draw(left, POWER), draw(right)));
  const own = strength[op] ?? 1;
  // A product needs its own parentheses around a minus; a sum's terms are not told so by their strength.
  const second = within((op === "+" || op === "-") && startsNegative(right), draw(right, own + 1));
  const sign = op === "*" && !touches(left, right) ? times() : operator(signs[op] ?? op);
  return within(own < above, node("mrow", draw(left, own), sign, second));
}

/** A product without a sign, its factors set apart: c m is no name of two letters. */
function times(): Element {
  const made = operator(INVISIBLE_TIMES);
  for (const side of ["lspace", "rspace"]) made.setAttribute(side, side === "lspace" ? "0" : THIN);
  return made;
}

/** Whether two factors side by side would be read as one number. */
function touches(left: Expression, right: Expression): boolean {
  const last = left.kind === "binary" && left.op === "*" ? left.right : left;
  return last.kind === "number" && right.kind === "number";
}

function call(called: string, args: readonly Expression[], above: number): Element {
  const [first, second] = args;
  if (called === "exp") return within(above >= POWER, node("msup", node("mi", "e"), draw(first)));
  if (called === "sqrt") return node("msqrt", draw(first));
  if (called === "pow") return within(above >= POWER, node("msup", draw(first, POWER), draw(second)));
  if (called === "abs" || called === "absv") return node("mrow", operator("|"), draw(first), operator("|"));
  const listed = args.flatMap((arg, i) => (i === 0 ? [draw(arg)] : [operator(","), draw(arg)]));
  return node("mrow", upright(called), fenced(listed));
}

function fenced(inner: readonly Element[]): Element[] {
  return [operator("("), ...inner, operator(")")];
}

function within(isFenced: boolean, inner: Element): Element {
  return isFenced ? node("mrow", fenced([inner])) : inner;
}

/** A name of several letters, as functions have. */
function upright(text: string): Element {
  const made = node("mi", text);
  if (text.length === 1) made.setAttribute("mathvariant", "normal");
  return made;
}

/**
 * A name as its parts between underlines: the first is the letter, Greek where it is a Greek letter's name, and the others its index, separated
 * by commas. `tau_e` is τ with the index e; digits at the end of the letter are of the index too: `v0`. A dot stands above what an equation gives the derivative of.
 */
function name(text: string, derivative = false): Element {
  const [whole, ...parts] = text.split("_");
  const [, stem = "", digits = ""] = /^([A-Za-z]+)(\d+)$/.exec(whole) ?? [];
  const isNumbered = stem.length === 1 || letters.has(stem);
  const [first, rest] = isNumbered ? [stem, [digits, ...parts]] : [whole, parts];
  const letter = node("mi", letters.get(first) ?? first);
  const base = derivative ? node("mover", letter, operator("˙")) : letter;
  const index = rest.filter((part) => part !== "").map((part) => letters.get(part) ?? part);
  return index.length === 0 ? base : node("msub", base, node("mi", index.join(", ")));
}

function number(re: number, im: number, above: number): Element {
  const part = (value: number, unit: Element[]) => node("mrow", plain(Math.abs(value)), unit);
  const signed = (value: number, inner: Element) => (value < 0 ? node("mrow", operator("−"), inner) : inner);
  if (im === 0) return within(re < 0 && above > NEGATION, signed(re, part(re, [])));
  const imaginary = part(im, [times(), node("mi", "i")]);
  if (re === 0) return within(im < 0 && above > NEGATION, signed(im, imaginary));
  return within(true, node("mrow", signed(re, part(re, [])), operator(im < 0 ? "−" : "+"), imaginary));
}

/** A number that is not negative: 1e-7 as a power of ten. */
function plain(value: number): Element[] {
  const [digits, exponent] = String(value).split("e");
  if (exponent === undefined) return [node("mn", digits)];
  const power = node("msup", node("mn", "10"), node("mn", exponent.replace("+", "").replace("-", "−")));
  return digits === "1" ? [power] : [node("mn", digits), operator("·"), power];
}

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
    ...said.map((line) => element("p", { class: "said" }, ...linked(line))),
    ...operators.map(operatorOf),
    ...(edges.length === 0 ? [] : [edgesOf(edges, timeUnit)]),
  );
}

/** A line of a description, in which names of papers by DOI, or of arXiv, are links. */
function linked(line: string): (string | Element)[] {
  return line.split(/(doi:10\.\d{4,9}\/[^\s;,]*[^\s;,.)]|arXiv:\d{4}\.\d{4,5})/).map((part, i) => {
    if (i % 2 === 0) return part;
    const [site, name] = part.startsWith("doi:")
      ? ["https://doi.org/", part.slice("doi:".length)]
      : ["https://arxiv.org/abs/", part.slice("arXiv:".length)];
    const href = site + encodeURI(name);
    return element("a", { href, target: "_blank", rel: "noopener noreferrer" }, part);
  });
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
export function variableName(text: string): Node {
  return /^[A-Za-z]\w*$/.test(text) ? math(name(text)) : document.createTextNode(text);
}
