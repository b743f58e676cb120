import { Problems } from "../check.ts";
import { MassgridError, sanitize } from "../errors.ts";
import { checkConstants, parseExpression } from "../model/equation/parse.ts";
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
  if (/[\s+*^()<>=,]/.test(text)) return true;
  return !/^[\w./-]+$/.test(text) || (/[-]|\/\d/.test(text) && resolved(targets, text).length === 0);
}

function resolved(targets: readonly Target[], path: string): Target[] {
  return resolvePath(new Problems(), targets, path, { code: "", path: [], says: "", parts: true });
}

/** Reads an output such as `jrc/jrc_op/V_e - jrc/jrc_op/V_i`; "/" between spaces divides. With wildcards, one for each node. */
export function readExpression(problems: Problems, text: string, targets: readonly Target[], use: PathUse): OutputExpression[] {
  const placed = withPlaceholders(text, targets);
  const parsed = parse(problems, placed, text, use);
  if (!parsed) return [];
  const found = placed.paths.map((path) => groups(resolvePath(problems, targets, path, { ...use, parts: true })));
  if (found.some((each) => each.length === 0)) return [];
  const wild = found.filter((each) => each.length > 1);
  const count = wild[0]?.length ?? 1;
  const uneven = wild.find((each) => each.some(({ node }, i) => node !== wild[0][i]?.node) || each.length !== count);
  if (uneven) {
    problems.add("E_OUTPUT_EXPRESSION", use.path, `the wildcards of ${use.says} match different nodes; name the nodes, or one of them`);
    return [];
  }
  return Array.from({ length: count }, (_, i) => {
    const variables = found.map((each) => each[each.length > 1 ? i : 0]);
    const made = expressionOf(parsed, variables, placed.mark);
    return wild.length > 0 ? { ...made, node: wild[0][i].node } : made;
  });
}

/** A text with names in the place of paths, so that an equation's grammar can read it. */
function withPlaceholders(text: string, targets: readonly Target[]): Placed {
  const known = knownPaths.get(targets) ?? new KnownPaths(targets);
  knownPaths.set(targets, known);
  let mark = "path__";
  while (text.includes(mark)) mark += "_";
  const paths: string[] = [];
  let template = "";
  let from = 0;
  for (let match = matchAt(text, 0); match; match = matchAt(text, from)) {
    const path = known.longest(match[0]);
    template += text.slice(from, match.index) + mark + (paths.push(path) - 1);
    from = match.index + path.length;
  }
  return { template: template + text.slice(from), paths, mark };
}

/** A text in which `mark` and a number stand for each path. */
interface Placed {
  template: string;
  paths: string[];
  /** What no name of the text begins with. */
  mark: string;
}

function matchAt(text: string, from: number): RegExpExecArray | null {
  PATH.lastIndex = from;
  return PATH.exec(text);
}

function parse(problems: Problems, { template, mark }: Placed, text: string, use: PathUse): Expression | undefined {
  try {
    const parsed = parseExpression(template);
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
    const [{ code, message }] = error.problems;
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
  #longest = 0;

  constructor(targets: readonly Target[]) {
    this.#targets = targets;
    for (const { node, operator, name } of targets) {
      const whole = name.replace(/\.(?:re|im)$/, "");
      for (const each of [name, whole]) this.#paths.add(`${operator}/${each}`).add(`${node}/${operator}/${each}`);
      this.#longest = Math.max(this.#longest, `${node}/${operator}/${name}`.length);
    }
  }

  /** The longest beginning that names variables; where none does, what stands before the first sign. */
  longest(candidate: string): string {
    // A wildcard is longer than the names that it may stand for.
    const part = candidate.slice(0, this.#longest + MOST_WILDCARDS);
    const ends = [...part.matchAll(/[/-]|$/g)].map(({ index }) => index).reverse();
    const found = ends.map((end) => part.slice(0, end)).find((path) => this.#names(path));
    return found ?? candidate.split("-")[0];
  }

  #names(path: string): boolean {
    if (this.#paths.has(path)) return true;
    return path.startsWith("all/") || path.includes("/all/") ? resolved(this.#targets, path).length > 0 : false;
  }
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
