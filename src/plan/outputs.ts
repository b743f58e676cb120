import { kindOf, type Problems } from "../check.ts";
import { quoted } from "../errors.ts";
import type { VariableRef } from "../model.ts";
import { resolvePath, type Target } from "./paths.ts";

/** One recorded variable. */
export interface OutputColumn {
  /** The caller's name for the output. */
  output: string;
  /** What is added to the column's name where the output's path matches several variables; else "". */
  suffix: string;
  node: string;
  /** Path of the variable. */
  variable: string;
  unit: string;
  kind: VariableRef["kind"];
  row: number;
}

/** Finds the variables to record. `taken` are the columns that the results have beside the outputs. */
export function resolveOutputs(
  problems: Problems,
  outputs: Readonly<Record<string, unknown>>,
  targets: readonly Target[],
  taken: readonly string[],
): OutputColumn[] {
  const entries = Object.entries(outputs);
  if (entries.length === 0) {
    problems.add("E_OUTPUTS_EMPTY", ["outputs"], 'outputs names nothing to record; give at least one, such as { V: "jrc/jrc_op/V_e" }');
  }
  return entries.flatMap(([output, path]) => {
    const at = ["outputs", output];
    if (typeof path !== "string") {
      problems.add("E_TYPE", at, `output ${quoted(output)} must be a path, but ${kindOf(path)} was found`);
      return [];
    }
    checkName(problems, output, taken);
    const says = `output ${quoted(output)}`;
    if (/\s|[+*()]/.test(path)) {
      problems.add("E_PATH", at, `${says} is the path of one variable, node/operator/variable, but "${quoted(path)}" was found`);
      return [];
    }
    const found = whole(resolvePath(problems, targets, path, { code: "E_UNKNOWN_OUTPUT", path: at, says, parts: true }));
    return found.map((target) => {
      const part = partOf(target, path);
      return column(
        output + part,
        target,
        found.filter((other) => partOf(other, path) === part),
      );
    });
  });
}

/** An input that edges feed is recorded as the sum of all that it gets. */
function whole(found: readonly Target[]): Target[] {
  const sums = new Set(found.filter(({ kind }) => kind === "output").map(({ variable }) => variable.path));
  return found.filter(({ kind, variable }) => kind !== "input" || !sums.has(variable.path));
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
    problems.add("E_RESERVED_NAME", path, `an output's name must not be empty or contain "/", but "${quoted(output)}" was found`);
  } else if (taken.includes(output)) {
    const message = `the output name ${quoted(output)} is also that of another column of the long results; choose another, or the wide layout`;
    problems.add("E_RESERVED_NAME", path, message);
  }
}

function column(output: string, target: Target, found: readonly Target[]): OutputColumn {
  const { node, operator, name, variable, kind, row } = target;
  const sameNode = found.filter((other) => other.node === node).length > 1;
  const suffix = found.length === 1 ? "" : sameNode ? `${node}/${operator}/${name}` : node;
  return { output, suffix, node, variable: variable.path, unit: variable.unit, kind, row };
}
