import { append } from "../../lists.ts";
/** Where a node stands in the text of its equation: offsets of its first character and of the one after its last. */
export interface Span {
  start: number;
  end: number;
}

export type BinaryOperator = "+" | "-" | "*" | "/" | "^" | ">" | "<" | ">=" | "<=" | "==" | "!=";

/** The right side of an equation. A name is that of a variable as its operator writes it; after flattening, its full path. */
export type Expression =
  | { kind: "number"; re: number; im: number; span: Span }
  | { kind: "name"; name: string; span: Span }
  | { kind: "negate"; operand: Expression; span: Span }
  | { kind: "binary"; op: BinaryOperator; left: Expression; right: Expression; span: Span }
  | { kind: "call"; name: string; args: readonly Expression[]; span: Span }
  /**
   * The value that a variable had `delay` ago, between samples by linear interpolation, and before the start as at the start.
   * Of an edge's delay: a whole number of steps, and zero before the start.
   */
  | { kind: "past"; name: string; delay: Expression; edge?: boolean; span: Span };

/** `target = expression`, or `target' = expression`. */
export interface Equation {
  target: string;
  /** Whether it says how fast the target changes, and not what it is. */
  derivative: boolean;
  expression: Expression;
  /** As it was written. */
  text: string;
}

/** The parts of an expression. */
export function children(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "negate":
      return [expression.operand];
    case "binary":
      return [expression.left, expression.right];
    case "call":
      return expression.args;
    case "past":
      return [expression.delay];
    default:
      return [];
  }
}

/** Names of all variables that an expression uses. */
export function namesIn(expression: Expression): Set<string> {
  const found = new Set<string>();
  for (const node of nodesOf(expression)) if (node.kind === "name" || node.kind === "past") found.add(node.name);
  return found;
}

/** Names of the variables whose present value an expression uses: not of those that it looks back to. */
export function presentNames(expression: Expression): Set<string> {
  const found = new Set<string>();
  for (const node of nodesOf(expression)) if (node.kind === "name") found.add(node.name);
  return found;
}

/** Every part of an expression, itself first, in the order in which they are written. A sum of thousands of terms is as deep. */
export function* nodesOf(expression: Expression): Generator<Expression> {
  const stack = [expression];
  for (let node = stack.pop(); node; node = stack.pop()) {
    yield node;
    append(stack, [...children(node)].reverse());
  }
}

/** An expression with every name replaced by what `change` gives for it. */
export function substitute(expression: Expression, change: (name: string, span: Span) => Expression): Expression {
  const within = (node: Expression) => substitute(node, change);
  switch (expression.kind) {
    case "name":
      return change(expression.name, expression.span);
    case "negate":
      return { ...expression, operand: within(expression.operand) };
    case "binary":
      return { ...expression, left: within(expression.left), right: within(expression.right) };
    case "call":
      return { ...expression, args: expression.args.map(within) };
    case "past": {
      const state = change(expression.name, expression.span);
      return { ...expression, name: state.kind === "name" ? state.name : expression.name, delay: within(expression.delay) };
    }
    default:
      return expression;
  }
}

const strength: Record<BinaryOperator, number> = {
  "==": 1,
  "!=": 1,
  ">": 1,
  "<": 1,
  ">=": 1,
  "<=": 1,
  "+": 2,
  "-": 2,
  "*": 3,
  "/": 3,
  "^": 5,
};
const NEGATION = 4;

/** An expression as text, with no more parentheses than it needs. */
export function print(expression: Expression, above = 0): string {
  const wrapped = (text: string, own: number) => (own < above ? `(${text})` : text);
  switch (expression.kind) {
    case "number":
      return printNumber(expression.re, expression.im, above);
    case "name":
      return expression.name;
    case "negate":
      return wrapped(`-${print(expression.operand, NEGATION)}`, NEGATION);
    case "call":
      return `${expression.name}(${expression.args.map((arg) => print(arg)).join(", ")})`;
    case "past":
      return `past(${expression.name}, ${print(expression.delay)})`;
    case "binary":
      return printBinary(expression, above);
  }
}

type Binary = Extract<Expression, { kind: "binary" }>;

/** What stands left of the first operator may be thousands of operators deep. */
function printBinary(expression: Binary, above: number): string {
  const chain: Binary[] = [expression];
  for (let left = expression.left; left.kind === "binary"; left = left.left) chain.push(left);
  const [innermost] = chain.slice(-1);
  let text = print(innermost.left, leftOf(innermost));
  for (let i = chain.length - 1; i >= 0; i--) {
    const { op, right } = chain[i];
    const own = strength[op];
    text = op === "^" ? `${text}^${print(right, NEGATION)}` : `${text} ${op} ${print(right, own + 1)}`;
    if (own < (i === 0 ? above : leftOf(chain[i - 1]))) text = `(${text})`;
  }
  return text;
}

/** How strong what stands left of an operator must be: powers bind to the right, and comparisons do not chain. */
function leftOf({ op }: Binary): number {
  const own = strength[op];
  return op === "^" || own === 1 ? own + 1 : own;
}

function printNumber(re: number, im: number, above: number): string {
  if (im === 0) return re < 0 && above > 0 ? `(${re})` : String(re);
  const text = re === 0 ? `${im}j` : `${re} + ${im}j`;
  return re === 0 && im > 0 ? text : `(${text})`;
}
