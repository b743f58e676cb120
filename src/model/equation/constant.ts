import { MassgridError } from "../../errors.ts";
import { children, type Expression } from "./tree.ts";

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
  throw new MassgridError([{ code: "E_CONST_NOT_FINITE", path: [], message, offset: node.span.start }]);
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
