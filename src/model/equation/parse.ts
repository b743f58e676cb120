import { MassgridError, sanitize } from "../../errors.ts";
import { nearest } from "../../nearest.ts";
import { functionNamed, functions, vectorFunctions } from "./functions.ts";
import { SyntaxError as GrammarError, parse as parseGrammar } from "./grammar.generated.ts";
import { children, type Equation, type Expression } from "./tree.ts";

/** Longest equation, in characters, and deepest nesting of parentheses and signs. */
const MOST_TEXT = 65536;
const MOST_DEPTH = 256;
/** A long sum nests as deep as it has terms. */
const MOST_OPERATORS = 2000;
/** Longest name. */
const MOST_NAME = 128;

/**
 * Reads one equation: `d/dt * x = ...`, `x' = ...` or `x = ...`. Powers (`^`, `**`) bind to the right and before a sign:
 * -x^2 is -(x^2). `x(t-tau)` and `past(x, tau)` are the value of a state tau ago. Nothing is evaluated.
 * Throws a MassgridError whose problem has the `offset` in the text.
 */
export function parseEquation(text: string): Equation {
  return { ...run(text, "Equation"), text };
}

/** Reads an expression alone. */
export function parseExpression(text: string): Expression {
  return run(text, "Expression");
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
  throw new MassgridError([{ code, path: [], message, offset, ...(suggestion === undefined ? {} : { suggestion }) }]);
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
    fail(
      "E_BAD_IDENTIFIER",
      `the character ${codePoint(strange[0])} cannot be part of a name; use letters a to z, digits and _`,
      strange.index,
    );
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
  return new MassgridError([{ code: "E_EQ_SYNTAX", path: [], message, offset }]);
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
  const plain = ofNumbers(node);
  if (plain) return resolveCalls(plain);
  checkCall(node.name, children(node).length, node.span.start);
  return { ...node, args: node.args.map(resolveCalls) };
}

/** What a function of vectors is where its arguments are single numbers. */
function ofNumbers({ name, args: [left, right], args, span }: Call): Expression | undefined {
  const takes = Object.entries(vectorFunctions).find(([known]) => known === name)?.[1];
  if (takes !== args.length) return undefined;
  return takes === 1 ? left : { kind: "binary", op: "*", left, right, span };
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
  const known = functionNamed(name);
  if (!known) {
    const suggestion = nearest(name, [...Object.keys(functions), ...Object.keys(vectorFunctions)]);
    const hint =
      suggestion === undefined ? `functions are ${Object.keys(functions).slice(0, 12).join(", ")}, ...` : `did you mean ${suggestion}?`;
    fail("E_UNKNOWN_FUNCTION", `unknown function ${sanitize(name)}; ${hint}`, offset, suggestion);
  }
  if (count >= known.least && count <= known.most) return;
  const takes = known.least === known.most ? `${known.least}` : `${known.least} to ${known.most}`;
  fail("E_ARITY", `${name} takes ${takes} argument${known.most === 1 ? "" : "s"} (${known.says}), but ${count} were found`, offset);
}
