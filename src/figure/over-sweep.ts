import type { Table } from "apache-arrow";
import { listed, refusal } from "../errors.ts";
import { columnNamed, featureFacts, gridKeysOf } from "../sweep/columns.ts";
import { INK, lineColor } from "./colors.ts";
import { type DiagramLines, variableView } from "./diagram-lines.ts";
import { type DiagramSource, variablesOf } from "./diagram-source.ts";

/** Features that are levels of the signal: a branch can be drawn over them. */
const levels: readonly string[] = ["mean", "min", "max", "last"];
/** The sweep's own line has the first colour. */
const colors = { equilibria: INK, cycles: lineColor(2) };

/** Whether the branches of a signal can be drawn on the axes of one of its features. */
export function isLevel(feature: string): boolean {
  return levels.includes(feature);
}

/** Branches over a sweep of their parameter. */
export interface BranchesOver {
  /** The grid key that they are in. */
  x: string;
  /** Lines over a feature's column; undefined where it is no level of an output that the branches have. */
  linesOver(column: string): DiagramLines | undefined;
}

/** Branches of equilibria and cycles over a sweep of one key, which is their parameter. Throws a MassgridError for another sweep. */
export function branchesOver(map: Table, source: DiagramSource, asked: { x?: string | undefined; y?: string | undefined }): BranchesOver {
  const of = source.equilibria ?? source.cycles;
  const names = of ? variablesOf(of, "parameter").map(({ name }) => name) : [];
  const keys = gridKeysOf(map);
  const [x] = names;
  if (!of || !keys.includes(x) || (asked.x ?? x) !== x || asked.y !== undefined) {
    const axes = [asked.x, asked.y].every((key) => key === undefined) ? keys : [asked.x, asked.y].filter((key) => key !== undefined);
    const message = `--curves with branches are drawn over a sweep of their parameter: they are in ${listed(names)}, and the axes are ${listed(axes)}`;
    throw refusal("E_FIGURE", message, { path: ["curves"] });
  }
  const outputs = variablesOf(of, "output");
  return {
    x,
    linesOver: (column) => {
      const facts = featureFacts(columnNamed(map, column));
      const output = outputs.find(({ name }) => name === facts.output);
      return output && isLevel(facts.feature) ? variableView(source, output, colors) : undefined;
    },
  };
}

/** Of features, those over which branches can be drawn. Throws a MassgridError where there are none. */
export function levelsOf<Own extends { name: string }>(measures: readonly Own[], { linesOver }: BranchesOver): Own[] {
  const fitting = measures.filter(({ name }) => linesOver(name) !== undefined);
  if (fitting.length > 0) return fitting;
  const found = listed(measures.map(({ name }) => name));
  const message = `--curves with branches are drawn over a level (${listed(levels)}) of an output that they have, and the figure would show ${found}`;
  throw refusal("E_FIGURE", message, { path: ["curves"] });
}
