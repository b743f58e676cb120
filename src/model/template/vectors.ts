import { refusal, sanitize } from "../../errors.ts";
import { isReduction, vectorFunctions } from "../equation/functions.ts";
import { children, type Expression, nodesOf, type Span } from "../equation/tree.ts";
import type { Declaration, OperatorTemplate, PlacedEquation } from "./template.ts";

/** An expression of several numbers, row by row; of one where it has no shape. */
interface Tensor {
  shape: readonly number[];
  parts: readonly Expression[];
}

/** Most elements that one sum of a vector, or one table, has. */
const MOST_TERMS = 2000;

/** The name of an element of a constant: `xs.0`, `W.2.1`. */
export function elementNames(name: string, shape: readonly number[]): string[] {
  return shape.reduce((names, length) => names.flatMap((each) => Array.from({ length }, (_, i) => `${each}.${i}`)), [name]);
}

/** Equations whose vectors and matrices have been written out, once for each operator. */
const known = new WeakMap<OperatorTemplate, readonly PlacedEquation[]>();

/** The equations of an operator in single numbers: what they say of constant vectors and matrices, written out by element. */
export function scalarEquations(operator: OperatorTemplate): readonly PlacedEquation[] {
  const found = known.get(operator);
  if (found) return found;
  const made = operator.equations.map((equation) => ({ ...equation, expression: scalarOf(equation.expression, operator.variables) }));
  known.set(operator, made);
  return made;
}

/**
 * An expression in single numbers. Throws E_VECTOR, with the offset in the equation's text, where shapes do not fit, or where it is not a
 * single number.
 */
export function scalarOf(expression: Expression, declared: ReadonlyMap<string, Declaration>): Expression {
  const arrays = (name: string) => declared.get(name)?.array;
  const isPlain = [...nodesOf(expression)].every((node) => {
    if (node.kind === "name" || node.kind === "past") return arrays(node.name) === undefined;
    return node.kind !== "call" || !Object.hasOwn(vectorFunctions, node.name) || isReduction(node.name);
  });
  if (isPlain) return expression;
  const { shape, parts } = tensorOf(expression, (name) => arrays(name)?.shape);
  if (shape.length === 0) return parts[0];
  return fail(expression, `the equation gives ${shaped(shape)}, but variables are single numbers: give each unit a node of its own`);
}

type Shapes = (name: string) => readonly number[] | undefined;

function fail({ span }: Expression, message: string): never {
  throw refusal("E_VECTOR", message, { offset: span.start });
}

function shaped(shape: readonly number[]): string {
  if (shape.length === 0) return "a single number";
  return shape.length === 1 ? `a vector of ${shape[0]}` : `a matrix of ${shape.join(" × ")}`;
}

function tensorOf(node: Expression, shapes: Shapes): Tensor {
  const within = (inner: Expression) => tensorOf(inner, shapes);
  switch (node.kind) {
    case "number":
      return single(node);
    case "past": {
      if (shapes(node.name)) fail(node, `${sanitize(node.name)} is constant, and has no past`);
      return map([within(node.delay)], node, ([delay]) => ({ ...node, delay }));
    }
    case "name": {
      const shape = shapes(node.name);
      return shape ? { shape, parts: elementNames(node.name, shape).map((name) => ({ ...node, name })) } : single(node);
    }
    case "negate":
      return map([within(node.operand)], node, ([operand]) => ({ ...node, operand }));
    case "binary":
      return map([within(node.left), within(node.right)], node, ([left, right]) => ({ ...node, left, right }));
    case "call": {
      const args = children(node).map(within);
      const made = Object.hasOwn(vectorCalls, node.name) ? vectorCalls[node.name](args, node) : undefined;
      return made ?? map(args, node, (each) => ({ ...node, args: each }));
    }
  }
}

function single(expression: Expression): Tensor {
  return { shape: [], parts: [expression] };
}

/** Element by element; single numbers go with each. */
function map(args: readonly Tensor[], node: Expression, change: (args: Expression[]) => Expression): Tensor {
  const shape = args.reduce<readonly number[]>((found, { shape }) => {
    if (shape.length === 0 || found.join() === shape.join()) return found;
    return found.length === 0 ? shape : fail(node, `${shaped(found)} and ${shaped(shape)} do not go together element by element`);
  }, []);
  const count = shape.reduce((product, length) => product * length, 1);
  return { shape, parts: Array.from({ length: count }, (_, i) => change(args.map(({ parts }) => parts[parts.length > 1 ? i : 0]))) };
}

type Call = Extract<Expression, { kind: "call" }>;

/** Functions that take vectors as a whole; undefined where all that one is given are single numbers, of which it is nothing special. */
const vectorCalls: Record<string, (args: readonly Tensor[], node: Call) => Tensor | undefined> = {
  vsum: ([x], node) => (x.shape.length === 0 ? undefined : single(summed(x.parts, node))),
  mean: ([x], node) => {
    if (x.shape.length === 0) return undefined;
    return single(binary("/", summed(x.parts, node), { kind: "number", re: x.parts.length, im: 0, span: node.span }, node.span));
  },
  matvec: product,
  matmul: product,
  index: ([x, at], node) => {
    const [element] = at.parts;
    if (x.shape.length !== 1) fail(node, `index takes a vector, but ${shaped(x.shape)} was found`);
    if (element.kind === "number" && Number.isInteger(element.re) && element.re >= 0 && element.re < x.parts.length)
      return single(x.parts[element.re]);
    return fail(node, `index(x, i) of ${shaped(x.shape)} takes a number from 0 to ${x.parts.length - 1} as i`);
  },
  interp: ([x, xs, ys], node) => {
    if (xs.shape.length !== 1 || ys.shape.length !== 1 || xs.parts.length !== ys.parts.length || xs.parts.length > MOST_TERMS) {
      const most = `vectors of the same number of elements, at most ${MOST_TERMS}, as xs and ys`;
      return fail(node, `interp(x, xs, ys) takes ${most}, but ${shaped(xs.shape)} and ${shaped(ys.shape)} were found`);
    }
    return map([x], node, ([each]) => ({ ...node, args: [each, ...xs.parts, ...ys.parts] }));
  },
};

/** Matrix times vector or matrix, or vector times vector; of two single numbers their product. */
function product([a, b]: readonly Tensor[], node: Call): Tensor {
  const { span } = node;
  const times = (left: Expression, right: Expression) => binary("*", left, right, span);
  if (a.shape.length === 0 && b.shape.length === 0) return single(times(a.parts[0], b.parts[0]));
  const inner = a.shape[a.shape.length - 1];
  if (a.shape.length === 0 || inner !== b.shape[0])
    return fail(node, `${node.name} cannot multiply ${shaped(a.shape)} by ${shaped(b.shape)}`);
  const columns = b.shape[1] ?? 1;
  const rows = a.parts.length / inner;
  const parts = Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    const terms = Array.from({ length: inner }, (_, k) => times(a.parts[row * inner + k], b.parts[k * columns + column]));
    return summed(terms, node);
  });
  return { shape: [...a.shape.slice(0, -1), ...b.shape.slice(1)], parts };
}

function summed(terms: readonly Expression[], node: Call): Expression {
  if (terms.length > MOST_TERMS) fail(node, `${node.name} adds ${terms.length} numbers; at most ${MOST_TERMS} are possible`);
  return terms.reduce((sum, term) => binary("+", sum, term, node.span));
}

function binary(op: "+" | "*" | "/", left: Expression, right: Expression, span: Span): Expression {
  return { kind: "binary", op, left, right, span };
}
