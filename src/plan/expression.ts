import { Problems } from "../check.ts";
import { MassgridError, sanitize } from "../errors.ts";
import { isReduction } from "../model/equation/functions.ts";
import { checkConstants, ofNumbers, parseExpression } from "../model/equation/parse.ts";
import { children, type Expression, substitute } from "../model/equation/tree.ts";
import { nearest } from "../nearest.ts";
import { type PathUse, resolvePath, type Target } from "./paths.ts";

/** An output that is computed from several variables, of one node each where its paths have wildcards. */
export interface OutputExpression {
  /** Names in it are full paths of variables. */
  expression: Expression;
  /** The node that its variables are of, or that its wildcards match; "" where they are of several. */
  node: string;
  /** The unit of its variables where it only adds and subtracts them, else "". */
  unit: string;
}

/** A path as one writes it, as long as it can be; node names may have dots and signs in them, and so may what follows a path. */
const PATH = /[A-Za-z0-9_][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]*)+/g;
const builtIn = ["t", "pi", "E"];
/** Characters by which wildcards may make a path longer than any that it stands for. */
const MOST_WILDCARDS = 64;

/** Whether an output is more than the path of a variable. */
export function isExpression(text: string, targets: readonly Target[]): boolean {
  if (text.includes(" ") && knownIn(targets).names(text)) return false;
  if (/[\s+*^()<>=,]/.test(text)) return true;
  return !/^[\w./-]+$/.test(text) || (/[-]|\/\d|^\d/.test(text) && resolved(targets, text).length === 0);
}

function resolved(targets: readonly Target[], path: string): Target[] {
  return resolvePath(new Problems(), targets, path, { code: "", path: [], says: "", parts: true });
}

/**
 * Reads an output such as `jrc/jrc_op/V_e - jrc/jrc_op/V_i`; "/" between spaces divides. With wildcards, one for each node; within mean
 * and vsum they run over the nodes.
 */
export function readExpression(problems: Problems, text: string, targets: readonly Target[], use: PathUse): OutputExpression[] {
  const placed = withPlaceholders(text, targets);
  const read = parse(problems, placed, text, use);
  if (!read) return [];
  const found = placed.paths.map((path) => groups(resolvePath(problems, targets, path, { ...use, parts: true })));
  if (found.some((each) => each.length === 0)) return [];
  const sums = new WildcardSums(found, placed.mark);
  const parsed = ofNumbers(sums.written(read));
  const wild = found.filter((each, i) => each.length > 1 && !sums.summed.has(i));
  const count = wild[0]?.length ?? 1;
  const uneven = sums.uneven || wild.some((each) => each.some(({ node }, i) => node !== wild[0][i]?.node) || each.length !== count);
  if (uneven) {
    problems.add("E_OUTPUT_EXPRESSION", use.path, `the wildcards of ${use.says} match different nodes; name the nodes, or one of them`);
    return [];
  }
  return Array.from({ length: count }, (_, i) => {
    const variables = found.map((each) => each[each.length > 1 ? i : 0]);
    const made = expressionOf(parsed, [...variables, ...sums.variables], placed.mark);
    return wild.length > 0 ? { ...made, node: wild[0][i].node } : made;
  });
}

/** Sums and means over the nodes that wildcards match, written out as sums of placeholders. */
class WildcardSums {
  /** Numbers of the paths whose wildcards stand within a sum. */
  readonly summed = new Set<number>();
  /** Variables of the placeholders that it makes, whose numbers follow those of the paths. */
  readonly variables: Named[] = [];
  /** Whether the wildcards of one sum match different nodes. */
  uneven = false;
  readonly #found: readonly (readonly Named[])[];
  readonly #mark: string;

  constructor(found: readonly (readonly Named[])[], mark: string) {
    this.#found = found;
    this.#mark = mark;
  }

  written(node: Expression): Expression {
    const inner = (each: Expression) => this.written(each);
    switch (node.kind) {
      case "negate":
        return { ...node, operand: inner(node.operand) };
      case "binary":
        return { ...node, left: inner(node.left), right: inner(node.right) };
      case "call":
        return (isReduction(node.name) ? this.#sum(node.name, inner(node.args[0])) : undefined) ?? { ...node, args: node.args.map(inner) };
      default:
        return node;
    }
  }

  #sum(name: "mean" | "vsum", term: Expression): Expression | undefined {
    const at = (placeholder: string) => Number(placeholder.slice(this.#mark.length));
    const own = names(term).filter((each) => each.startsWith(this.#mark) && (this.#found[at(each)]?.length ?? 0) > 1);
    const [first] = own.map((each) => this.#found[at(each)]);
    if (!first) return undefined;
    for (const each of own) {
      this.summed.add(at(each));
      this.uneven ||= this.#found[at(each)].some(({ node }, i) => node !== first[i]?.node);
    }
    const { span } = term;
    const sum = first
      .map((_, i) =>
        substitute(term, (each, span) => {
          if (!own.includes(each)) return { kind: "name", name: each, span };
          const number = this.#found.length + this.variables.push(this.#found[at(each)][i]) - 1;
          return { kind: "name", name: this.#mark + number, span };
        }),
      )
      .reduce((left, right) => ({ kind: "binary", op: "+", left, right, span }));
    if (name === "vsum") return sum;
    return { kind: "binary", op: "/", left: sum, right: { kind: "number", re: first.length, im: 0, span }, span };
  }
}

/** A text with names in the place of paths, so that an equation's grammar can read it. */
function withPlaceholders(text: string, targets: readonly Target[]): Placed {
  const known = knownIn(targets);
  let mark = "path__";
  while (text.includes(mark)) mark += "_";
  const paths: string[] = [];
  let template = "";
  let from = 0;
  let divided: string | undefined;
  for (let match = matchAt(text, 0); match; match = matchAt(text, from)) {
    const { path, at } = known.spaced(text, from, match.index) ?? { path: known.longest(match[0]), at: match.index };
    template += text.slice(from, at) + mark + (paths.push(path) - 1);
    from = at + path.length;
    if (!known.names(path)) divided ??= known.division(path, text.slice(from));
  }
  return { template: template + text.slice(from), paths, mark, divided };
}

/** A text in which `mark` and a number stand for each path. */
interface Placed {
  template: string;
  paths: string[];
  /** What no name of the text begins with. */
  mark: string;
  /** A quotient that reads as a path, and what to write for it. */
  divided: string | undefined;
}

function matchAt(text: string, from: number): RegExpExecArray | null {
  PATH.lastIndex = from;
  return PATH.exec(text);
}

function parse(problems: Problems, { template, mark, paths, divided }: Placed, text: string, use: PathUse): Expression | undefined {
  if (divided !== undefined) {
    problems.add("E_PATH", use.path, `${use.says}: ${divided}`);
    return undefined;
  }
  try {
    const parsed = parseExpression(template, { sums: true });
    checkConstants(parsed);
    const strange = names(parsed).find((name) => !builtIn.includes(name) && !name.startsWith(mark));
    if (strange === undefined && !hasPast(parsed)) return parsed;
    const message =
      strange === undefined
        ? `${use.says} looks back in time, which outputs cannot`
        : `unknown name ${sanitize(strange)} in ${use.says}; variables are written as paths, node/operator/variable`;
    problems.add(strange === undefined ? "E_OUTPUT_EXPRESSION" : use.code, use.path, message, nearest(strange ?? "", builtIn));
  } catch (error) {
    if (!(error instanceof MassgridError)) throw error;
    const [{ code, message: internal }] = error.problems;
    const message = internal.replaceAll(new RegExp(`${mark}(\\d+)`, "g"), (_, i) => sanitize(paths[Number(i)]));
    problems.add(code, use.path, `${use.says} is no path and no expression of paths, "${sanitize(text)}": ${message}`);
  }
  return undefined;
}

function names(expression: Expression): string[] {
  return expression.kind === "name" ? [expression.name] : children(expression).flatMap(names);
}

function hasPast(expression: Expression): boolean {
  return expression.kind === "past" || children(expression).some(hasPast);
}

/** Paths of variables, to find where a path ends in a text whose names and operators may have the same signs. */
class KnownPaths {
  readonly #targets: readonly Target[];
  readonly #paths = new Set<string>();
  /** Whether nodes have names with spaces in them. */
  #hasSpaces = false;
  #longest = 0;

  constructor(targets: readonly Target[]) {
    this.#targets = targets;
    for (const { node, operator, name } of targets) {
      const whole = name.replace(/\.(?:re|im)$/, "");
      for (const each of [name, whole]) this.#paths.add(`${operator}/${each}`).add(`${node}/${operator}/${each}`);
      this.#hasSpaces ||= node.includes(" ");
      this.#longest = Math.max(this.#longest, `${node}/${operator}/${name}`.length);
    }
  }

  /** The longest beginning that names variables; where none does, what stands before the first sign. */
  longest(candidate: string): string {
    // A wildcard is longer than the names that it may stand for.
    const part = candidate.slice(0, this.#longest + MOST_WILDCARDS);
    const ends = [...part.matchAll(/[/-]|$/g)].map(({ index }) => index).reverse();
    const found = ends.map((end) => part.slice(0, end)).find((path) => this.names(path));
    return found ?? candidate.split("-")[0];
  }

  /** The first path with a space in it between two places of a text, up to one that begins at the second; the longest there. */
  spaced(text: string, from: number, last: number): { path: string; at: number } | undefined {
    if (!this.#hasSpaces) return undefined;
    for (const { index } of text.slice(from, last + 1).matchAll(/(?<![\w.-])\w/g)) {
      const at = from + index;
      const part = text.slice(at, at + this.#longest + MOST_WILDCARDS);
      const ends = [...part.matchAll(/[^\w.]|$/g)].map((end) => end.index).reverse();
      const path = ends.map((end) => part.slice(0, end)).find((each) => each.includes(" ") && this.names(each));
      if (path !== undefined) return { path, at };
    }
    return undefined;
  }

  /** What to write where "/" was meant to divide: before a function, or a variable; `rest` is what follows the path. */
  division(path: string, rest: string): string | undefined {
    const slashes = [...path.matchAll(/\//g)].map(({ index }) => index);
    const isNumber = (slash: number) => /^\d+\.?\d*(e\d+)?$/i.test(path.slice(0, slash));
    const divisor = slashes.find((slash) => isNumber(slash) && this.names(path.slice(slash + 1)));
    const slash = /^\s*\(/.test(rest) ? slashes.at(-1) : divisor;
    if (slash === undefined) return undefined;
    const [left, right] = [path.slice(0, slash), path.slice(slash + 1)].map(sanitize);
    return `"${left}/${right}" reads as a path, whose parts "/" joins; to divide, write "${left} / ${right}${slash === divisor ? "" : "(...)"}" with spaces around the "/"`;
  }

  names(path: string): boolean {
    if (this.#paths.has(path)) return true;
    return path.startsWith("all/") || path.includes("/all/") ? resolved(this.#targets, path).length > 0 : false;
  }
}

function knownIn(targets: readonly Target[]): KnownPaths {
  const known = knownPaths.get(targets) ?? new KnownPaths(targets);
  knownPaths.set(targets, known);
  return known;
}

/** Made once for each model: a call may have thousands of expressions. */
const knownPaths = new WeakMap<readonly Target[], KnownPaths>();

/** A variable that a path names: of a complex one both parts. */
interface Named {
  node: string;
  path: string;
  part: "re" | "im" | undefined;
  unit: string;
}

/** Variables by node; the sum of what an input gets stands for the input, and a complex variable for its parts. */
function groups(found: readonly Target[]): Named[] {
  const paths = new Map<string, Named>();
  const all = new Set(found.map(({ variable }) => variable.path));
  for (const { node, variable } of found) {
    const part = /\.(re|im)$/.exec(variable.path)?.[1];
    const path = part === undefined ? variable.path : variable.path.slice(0, -3);
    const both = part !== undefined && all.has(`${path}.${part === "re" ? "im" : "re"}`);
    const only = part === "re" || part === "im" ? part : undefined;
    paths.set(path, { node, path, part: both ? undefined : only, unit: variable.unit });
  }
  return [...paths.values()];
}

function expressionOf(parsed: Expression, variables: readonly Named[], mark: string): OutputExpression {
  const named = variables.map(({ path, part }, i): [string, Expression] => {
    const span = { start: 0, end: 0 };
    const whole: Expression = { kind: "name", name: path, span };
    const name = part === "re" ? "real" : "imag";
    return [mark + i, part === undefined ? whole : { kind: "call", name, args: [whole], span }];
  });
  const byName = new Map(named);
  const expression = substitute(parsed, (name, span) => byName.get(name) ?? { kind: "name", name, span });
  const nodes = new Set(variables.map(({ node }) => node));
  const units = new Set(variables.map(({ unit }) => unit));
  const [unit = ""] = units;
  const [node = ""] = nodes;
  return { expression, node: nodes.size === 1 ? node : "", unit: units.size === 1 && isSum(parsed) ? unit : "" };
}

function isSum(expression: Expression): boolean {
  if (expression.kind === "name") return true;
  if (expression.kind === "negate") return isSum(expression.operand);
  if (expression.kind === "binary" && (expression.op === "+" || expression.op === "-"))
    return isSum(expression.left) && isSum(expression.right);
  return expression.kind === "call" && ["real", "imag", "abs", "min", "max"].includes(expression.name) && expression.args.every(isSum);
}
