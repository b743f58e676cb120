import { kindOf, type Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import { groupBy } from "../lists.ts";
import { checkLookalikes } from "../lookalike.ts";
import type { ModelSource } from "../model/build.ts";
import type { Algebraic } from "../model/equation/equations.ts";
import type { Model, VariableRef } from "../model/model.ts";
import type { OutputFacts } from "../sweep/columns.ts";
import { isExpression, readExpression } from "./expression.ts";
import { preferring, resolvePath, type Target } from "./paths.ts";

/** One recorded variable. */
export interface OutputColumn extends OutputFacts {
  /** The caller's name for the output; `output` is the same, with ".re" or ".im" where it is one part of a complex variable. */
  key: string;
  kind: VariableRef["kind"];
  row: number;
  /** What it is computed from, where it is more than a variable: `variable` is then its text. */
  expression?: Algebraic;
}

/** What outputs are looked up in. */
interface Lookup {
  targets: readonly Target[];
  /** Columns that the results have beside the outputs. */
  taken: readonly string[];
  source: Pick<ModelSource, "hasEquations" | "isComplex">;
}

/** Longest path or expression of paths. */
const MOST_TEXT = 4096;

/** Whether the text of a path or an expression is longer than any that is read; tells so. */
export function isTooLong(problems: Problems, text: string, path: (string | number)[], says: string): boolean {
  if (text.length <= MOST_TEXT) return false;
  problems.add("E_EQ_SIZE", path, `${says} has ${text.length} characters; at most ${MOST_TEXT} are possible`);
  return true;
}

/** Finds the variables to record. */
export function resolveOutputs(
  problems: Problems,
  outputs: Readonly<Record<string, unknown>>,
  { targets, taken, source }: Lookup,
): OutputColumn[] {
  const entries = Object.entries(outputs);
  if (entries.length === 0) {
    problems.add("E_OUTPUTS_EMPTY", ["outputs"], 'outputs names nothing to record; give at least one, such as { V: "jrc/jrc_op/V_e" }');
  }
  checkLookalikes(problems, ["outputs"], Object.keys(outputs), taken);
  return entries.flatMap(([output, path]) => {
    const at = ["outputs", output];
    if (typeof path !== "string") {
      problems.add("E_TYPE", at, `output ${sanitize(output)} must be a path, but ${kindOf(path)} was found`);
      return [];
    }
    checkName(problems, output, taken);
    const use = { code: "E_UNKNOWN_OUTPUT", path: at, says: `output ${sanitize(output)}`, parts: true };
    if (isTooLong(problems, path, at, use.says)) return [];
    if (isExpression(path, targets)) {
      if (source.hasEquations) return expressions(output, path, readExpression(problems, path, targets, use), source);
      const message = `${use.says} is an expression, but this model was given as a module, whose outputs are its variables alone`;
      problems.add("E_OUTPUT_EXPRESSION", at, message);
      return [];
    }
    const found = preferring("output", resolvePath(problems, targets, path, use));
    const parts = new Map(
      [...groupBy(found, (target) => partOf(target, path))].map(([part, targets]) => [part, groupBy(targets, ({ node }) => node)]),
    );
    return found.map((target) => {
      const part = partOf(target, path);
      return column({ key: output, part }, target, parts.get(part) ?? new Map());
    });
  });
}

/** Columns of an expression, two where it is complex; their rows are known when the model with the expression has been made. */
function expressions(
  key: string,
  text: string,
  found: ReturnType<typeof readExpression>,
  source: Pick<ModelSource, "isComplex">,
): OutputColumn[] {
  return found.flatMap(({ expression, node, unit }) => {
    const suffix = found.length > 1 ? node : "";
    const path = `${key} ${suffix}: ${text}`;
    const column = { key, suffix, node, variable: text, unit, kind: "output", row: -1, expression: { path, unit, expression } } as const;
    return (source.isComplex(expression) ? [".re", ".im"] : [""]).map((part) => ({ ...column, output: key + part }));
  });
}

/** Columns with the rows of the model that computes their expressions. */
export function finishColumns(columns: readonly OutputColumn[], { outputs }: Pick<Model, "outputs">): OutputColumn[] {
  if (columns.every(({ expression }) => !expression)) return [...columns];
  const rows = new Map<string, number>();
  for (const [row, { path }] of outputs.entries()) if (!rows.has(path)) rows.set(path, row);
  return columns.map((column) => {
    if (!column.expression) return column;
    const path = column.expression.path + column.output.slice(column.key.length);
    return { ...column, row: rows.get(path) ?? -1 };
  });
}

/** ".re" or ".im" where a path names a complex variable, and the target is that part of it. */
function partOf({ name }: Target, path: string): "" | ".re" | ".im" {
  const wanted = path.split("/").at(-1);
  if (name === `${wanted}.re`) return ".re";
  return name === `${wanted}.im` ? ".im" : "";
}

function checkName(problems: Problems, output: string, taken: readonly string[]): void {
  const path = ["outputs", output];
  if (output === "" || output.includes("/")) {
    problems.add("E_RESERVED_NAME", path, `an output's name must not be empty or contain "/", but "${sanitize(output)}" was found`);
  } else if (taken.includes(output)) {
    const name = sanitize(output);
    const message = `the output name ${name} is also that of another column of the results; choose another, such as rename: { ${name}: "${name}_" }`;
    problems.add("E_RESERVED_NAME", path, message);
  }
}

/** The column of a variable, among all that its output's path names, by node. */
function column({ key, part }: { key: string; part: string }, target: Target, found: ReadonlyMap<string, readonly Target[]>): OutputColumn {
  const { node, operator, name, variable, kind, row } = target;
  const sameNode = (found.get(node)?.length ?? 0) > 1;
  const suffix = found.size === 1 && !sameNode ? "" : sameNode ? `${node}/${operator}/${name}` : node;
  return { key, output: key + part, suffix, node, variable: variable.path, unit: variable.unit, kind, row };
}
