import { type MassgridError, refusal, sanitize } from "../../errors.ts";
import { suggest } from "../../nearest.ts";
import { functionNamed, functionNames, isReduction, vectorFunctions } from "./functions.ts";
import { SyntaxError as GrammarError, parse as parseGrammar } from "./grammar.generated.ts";
import { children, type Equation, type Expression } from "./tree.ts";

/** Longest equation, in characters, and deepest nesting of parentheses and signs. */
const MOST_TEXT = 65536;
const MOST_DEPTH = 256;
/** A long sum nests as deep as it has terms. */
const MOST_OPERATORS = 2000;
/** What names are made of, and the longest. */
const NAME_LETTERS = "letters a to z, digits and _";
const MOST_NAME = 128;

/**
 * Reads one equation: `d/dt * x = ...`, `x' = ...` or `x = ...`. Powers (`^`, `**`) bind to the right and before a sign:
 * -x^2 is -(x^2). `x(t-tau)` and `past(x, tau)` are the value of a state tau ago. Nothing is evaluated.
 * Throws a MassgridError whose problem has the `offset` in the text.
 */
export function parseEquation(text: string): Equation {
  return { ...run(text, "Equation"), text };
}

/** Reads an expression of single numbers alone: sums and means are of one number, which is itself, unless `sums` are kept. */
export function parseExpression(text: string, { sums = false } = {}): Expression {
  const expression = run(text, "Expression");
  return sums ? expression : ofNumbers(expression);
}

function run(text: string, startRule: "Equation"): Omit<Equation, "text">;
function run(text: string, startRule: "Expression"): Expression;
function run(text: string, startRule: string): Omit<Equation, "text"> | Expression {
  checkText(text);
  let tree: Expression | { expression: Expression; target: string; derivative: boolean };
  try {
    tree = parseGrammar(text, { startRule });
  } catch (error) {
    if (!isFault(error)) throw error;
    throw syntaxError(text, error.location.start.offset, error.expected ?? []);
  }
  if ("expression" in tree) return { ...tree, expression: resolveCalls(tree.expression) };
  return resolveCalls(tree);
}

/** What the generated parser throws. */
interface Fault {
  location: { start: { offset: number } };
  expected: readonly { type: string; text?: string; description?: string }[] | null;
}

function isFault(error: unknown): error is Fault {
  return error instanceof GrammarError;
}

function fail(code: string, message: string, offset: number, suggestion?: string): never {
  throw refusal(code, message, { offset, suggestion });
}

/** What cannot be parsed in bounded time and stack, and letters that names cannot have. */
function checkText(text: string): void {
  if (text.length > MOST_TEXT) fail("E_EQ_SIZE", `the equation has ${text.length} characters; at most ${MOST_TEXT} are possible`, 0);
  let depth = 0;
  let run = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === "(") depth++;
    else if (c === ")") depth--;
    // A chain of signs or powers nests as parentheses do.
    if (c === "-" || c === "+" || c === "^" || c === "*") run++;
    else if (!/\s/.test(c)) run = 0;
    if (depth > MOST_DEPTH || run > MOST_DEPTH) fail("E_EQ_DEPTH", `the equation nests deeper than ${MOST_DEPTH} levels`, i);
  }
  const operators = text.match(/[-+*/^,<>]/g)?.length ?? 0;
  if (operators > MOST_OPERATORS) fail("E_EQ_SIZE", `the equation has ${operators} operators; at most ${MOST_OPERATORS} are possible`, 0);
  const powers = text.split(/\^|\*\*/).length - 1;
  if (powers > MOST_DEPTH) fail("E_EQ_DEPTH", `the equation has ${powers} powers; at most ${MOST_DEPTH} are possible`, 0);
  const strange = Array.from(text.matchAll(/\P{ASCII}/gu))[0];
  if (strange)
    fail("E_BAD_IDENTIFIER", `the character ${codePoint(strange[0])} cannot be part of a name; use ${NAME_LETTERS}`, strange.index);
  for (const name of text.matchAll(/[A-Za-z_][A-Za-z0-9_]*/g)) {
    if (name[0].length > MOST_NAME)
      fail("E_BAD_IDENTIFIER", `a name of ${name[0].length} letters is too long; at most ${MOST_NAME} are possible`, name.index);
  }
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")} (${sanitize(character)})`;
}

function syntaxError(text: string, offset: number, expected: NonNullable<Fault["expected"]>): MassgridError {
  const found = offset < text.length ? `\`${sanitize(text[offset])}\`` : "the end";
  const words = expected
    .map((each) => (each.type === "literal" ? `\`${each.text}\`` : (each.description ?? "")))
    .filter((word) => word !== "");
  const needed = words.includes("a number") ? "a number, a name or (" : "an operator or the end of the equation";
  const message = `expected ${words.includes("`=`") ? "an equation: variable = expression, or variable' = expression" : needed}, found ${found}`;
  return refusal("E_EQ_SYNTAX", message, { offset });
}

/** Checks calls and numbers; x(t-tau) and past(x, tau) become delayed values. */
function resolveCalls(node: Expression): Expression {
  if (node.kind === "number" && !(Number.isFinite(node.re) && Number.isFinite(node.im))) {
    fail("E_CONST_NOT_FINITE", "the number is too large for a double, whose largest is 1.8e308", node.span.start);
  }
  if (node.kind === "negate") return { ...node, operand: resolveCalls(node.operand) };
  if (node.kind === "binary") return { ...node, left: resolveCalls(node.left), right: resolveCalls(node.right) };
  if (node.kind !== "call") return node;
  const delayed = delayedValue(node);
  if (delayed) return { ...delayed, delay: resolveCalls(delayed.delay) };
  checkCall(node.name, children(node).length, node.span.start);
  return { ...node, args: node.args.map(resolveCalls) };
}

/** An expression of single numbers, which no operator declares: sums and means of one number are itself, products are products. */
export function ofNumbers(node: Expression): Expression {
  if (node.kind === "negate") return { ...node, operand: ofNumbers(node.operand) };
  if (node.kind === "binary") return { ...node, left: ofNumbers(node.left), right: ofNumbers(node.right) };
  if (node.kind !== "call") return node;
  const args = node.args.map(ofNumbers);
  if (isReduction(node.name)) return args[0];
  if (node.name === "matvec" || node.name === "matmul") return { kind: "binary", op: "*", left: args[0], right: args[1], span: node.span };
  if (!Object.hasOwn(vectorFunctions, node.name)) return { ...node, args };
  return fail("E_VECTOR", `${node.name} takes vectors, which only equations of operators can have`, node.span.start);
}

type Call = Extract<Expression, { kind: "call" }>;

function delayedValue({ name, args, span }: Call): Extract<Expression, { kind: "past" }> | undefined {
  const [first, second] = args;
  if (name === "past" && args.length === 2 && first.kind === "name") return { kind: "past", name: first.name, delay: second, span };
  const delay = args.length === 1 && !functionNamed(name) ? sinceThen(first) : undefined;
  return delay && { kind: "past", name, delay, span };
}

/** How long ago t - a, t - a - b, ... is; undefined for anything else. */
function sinceThen(time: Expression): Expression | undefined {
  if (time.kind !== "binary" || time.op !== "-") return undefined;
  if (time.left.kind === "name" && time.left.name === "t") return time.right;
  const before = sinceThen(time.left);
  return before && { kind: "binary", op: "+", left: before, right: time.right, span: time.span };
}

function checkCall(name: string, count: number, offset: number): void {
  const taken = functionNamed(name);
  if (!taken) {
    const known = functionNames();
    const { suggestion } = suggest(name, known, "");
    const hint = suggestion === undefined ? "" : `did you mean ${suggestion}? `;
    fail("E_UNKNOWN_FUNCTION", `unknown function ${sanitize(name)}; ${hint}there are: ${known.join(", ")}`, offset, suggestion);
  }
  const { least, most, says } = taken;
  if (count >= least && count <= most) return;
  const takes = least === most ? `${least}` : `${least} to ${most}`;
  fail("E_ARITY", `${name} takes ${takes} argument${most === 1 ? "" : "s"} (${says}), but ${count} were found`, offset);
}

/** Refuses an equation with a number that is too large for a double, also where arithmetic on numbers makes it: `10^10^10`, `1/0`. */
export function checkConstants(expression: Expression): void {
  constantOf(expression);
}

/** The value of arithmetic on numbers, as far as it is needed to tell whether it is finite; undefined for all else. */
function constantOf(node: Expression): number | undefined {
  const [a, b] = children(node).map(constantOf);
  const value = arithmetic(node, a, b);
  if (value === undefined || Number.isFinite(value)) return value;
  const message = "the value of these numbers is not a finite double, whose largest is 1.8e308";
  throw refusal("E_CONST_NOT_FINITE", message, { offset: node.span.start });
}

function arithmetic(node: Expression, a: number | undefined, b: number | undefined): number | undefined {
  if (node.kind === "number") return node.im === 0 ? node.re : undefined;
  if (a === undefined) return undefined;
  if (node.kind === "negate") return -a;
  if (node.kind !== "binary" || b === undefined) return undefined;
  if (node.op === "+") return a + b;
  if (node.op === "-") return a - b;
  if (node.op === "*") return a * b;
  if (node.op === "/") return a / b;
  return node.op === "^" ? power(a, b) : undefined;
}

/** A power by its whole part, from products alone: what is left out does not change whether it is finite, or is not told. */
function power(base: number, exponent: number): number | undefined {
  let square = Math.abs(exponent < 0 ? 1 / base : base);
  let result = 1;
  for (let left = Math.trunc(Math.abs(exponent)); left >= 1; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result *= square;
    square *= square;
  }
  if (!Number.isFinite(result)) return result;
  if (!Number.isInteger(exponent)) return undefined;
  return base < 0 && exponent % 2 !== 0 ? -result : result;
}
