import type { Table } from "apache-arrow";
import { append } from "../lists.ts";
import { extents, labelWords, type RowLabel } from "../sweep/branch-columns.ts";
import { type LineMark, lineColor } from "./colors.ts";
import { numbersOf, textsOf } from "./columns.ts";
import { type BranchVariable, branchesOf, type DiagramPoint, type DiagramSource, stretchesOf, variablesOf } from "./diagram-source.ts";

/** A line through points. */
export type DiagramLine = readonly (readonly [x: number, y: number])[];

/** Lines that have one meaning. */
export interface DiagramSeries {
  name: string;
  color: string;
  dash: LineMark;
  lines: readonly DiagramLine[];
}

/** A special point. */
export interface Mark {
  x: number;
  y: number;
  color: string;
  label: RowLabel;
  /** What the label means. */
  words: string;
  /** Whether it is a small ring without its label. */
  isQuiet: boolean;
}

/** Lines and special points, in the units of their tables. */
export interface DiagramLines {
  series: readonly DiagramSeries[];
  marks: readonly Mark[];
}

/** Lines and special points in one plane, in the units of their tables. */
export interface DiagramView extends DiagramLines {
  x: BranchVariable;
  y: BranchVariable;
}

/** Lines of the stretches of branches that are drawn in one way. */
export function linesWhere(
  branches: readonly (readonly DiagramPoint[])[],
  isMeant: (stable: boolean | undefined) => boolean,
): DiagramLine[] {
  return branches.flatMap((points) =>
    stretchesOf(points)
      .filter(({ stable }) => isMeant(stable))
      .flatMap((stretch) => linesOf(stretch.points)),
  );
}

/** A line of largest values, and one of smallest where these differ. */
function linesOf(points: readonly DiagramPoint[]): DiagramLine[] {
  const high = points.map(({ x, high: y }): [number, number] => [x, y]);
  if (points.every((point) => point.low === point.high)) return [high];
  return [high, points.map(({ x, low }): [number, number] => [x, low])];
}

/** Special points; ends have no mark, and values of the user's no label. */
export function marksOf(branches: readonly (readonly DiagramPoint[])[], but: readonly RowLabel[], color: string): Mark[] {
  return branches.flatMap((points) =>
    points.flatMap(({ x, high, label }): Mark[] => {
      if (label === undefined || label === "EP" || but.includes(label)) return [];
      return [{ x, y: high, color, label, words: labelWords[label].split(",")[0], isQuiet: label === "UZ" }];
    }),
  );
}

const curveColors = { LP: lineColor(1), HB: lineColor(4), LPC: lineColor(2), PD: lineColor(3) };
const curveNames = {
  LP: ["folds", "folds"],
  HB: ["supercritical Hopf points", "subcritical Hopf points"],
  LPC: ["folds of cycles", "folds of cycles"],
  PD: ["period doublings", "period doublings"],
} as const;

/** Curves of folds, Hopf points, and folds and period doublings of cycles of a table of continueCurve, along two of its parameters; that of subcritical Hopf points is dashed. */
export function curveLines(curves: Table, axes = variablesOf(curves, "parameter").map(({ name }) => name)): DiagramLines {
  const [x, y, coefficients] = [...axes.slice(0, 2), "coefficient"].map((name) => numbersOf(curves, name));
  const [kinds, labels] = ["curve", "label"].map((name) => textsOf(curves, name));
  // At a Bogdanov-Takens or generalised Hopf point the coefficient changes its sign: its neighbours tell.
  const isSolid = (row: number) => (["BT", "GH"].includes(labels[row]) ? undefined : kinds[row] !== "HB" || !(coefficients[row] > 0));
  const branches = branchesOf(curves, (row) => ({ x: x[row], low: y[row], high: y[row], stable: isSolid(row) }));
  const series: DiagramSeries[] = [];
  const marks: Mark[] = [];
  const firstRows = branches.map((_, i) => branches.slice(0, i).reduce((sum, points) => sum + points.length, 0));
  for (const kind of ["LP", "HB", "LPC", "PD"] as const) {
    const own = branches.filter((_, i) => kinds[firstRows[i]] === kind);
    for (const [i, name] of curveNames[kind].entries()) {
      const lines = linesWhere(own, (stable) => (stable === false) === (i === 1));
      if (lines.length > 0) series.push({ name, color: curveColors[kind], dash: i === 0 ? "line" : "dashed", lines });
    }
    append(marks, marksOf(own, [], curveColors[kind]));
  }
  return { series, marks };
}

/** Colours by what a line is of. */
export const branchColors = { equilibria: lineColor(0), cycles: lineColor(2) };

/** Labels of points at which the stability of neighbours differs: they are not drawn as either. */
const bifurcations: readonly (RowLabel | undefined)[] = ["LP", "HB", "BP", "LPC", "BPC", "PD", "TR", "HC"];

/** Stability of each row; unknown at bifurcations, whose neighbours tell. */
function stableOf(table: Table): (boolean | undefined)[] {
  const [stability, labels] = ["stability", "label"].map((name) => textsOf(table, name));
  const isBetween = (label: string) => bifurcations.some((each) => each === label);
  return stability.map((text, row) => (isBetween(labels[row]) || text === "unknown" ? undefined : text === "stable"));
}

/** A state or an output along branches, and along cycles its largest and smallest value, with the special points. */
export function variableView({ equilibria, cycles }: DiagramSource, variable: BranchVariable, colors = branchColors): DiagramView {
  const { name } = variable;
  const of = equilibria ?? cycles;
  const [parameter] = of ? variablesOf(of, "parameter") : [];
  const series: DiagramSeries[] = [];
  const marks: Mark[] = [];
  if (equilibria) {
    const [x, y, stable] = [numbersOf(equilibria, parameter.name), numbersOf(equilibria, name), stableOf(equilibria)];
    const branches = branchesOf(equilibria, (row) => ({ x: x[row], low: y[row], high: y[row], stable: stable[row] }));
    append(series, seriesOf(branches, "equilibria", colors.equilibria));
    append(marks, marksOf(branches, [], colors.equilibria));
  }
  if (cycles) {
    const [low, high] = extents.map((extent) => numbersOf(cycles, `${name}_${extent}`));
    const [x, stable] = [numbersOf(cycles, parameter.name), stableOf(cycles)];
    const branches = branchesOf(cycles, (row) => ({ x: x[row], low: low[row], high: high[row], stable: stable[row] }));
    append(series, seriesOf(branches, "cycles", colors.cycles));
    // A Hopf point is marked on the equilibria.
    append(marks, marksOf(branches, equilibria ? ["HB"] : [], colors.cycles));
  }
  return { x: parameter, y: variable, series, marks };
}

/** Lines of branches: solid where stable, dashed where not, dotted where that is not known. */
function seriesOf(branches: readonly (readonly DiagramPoint[])[], what: string, color: string): DiagramSeries[] {
  const cycles = branches.map((points) => points.filter(({ label }) => label !== "HC"));
  const kinds = [
    { stable: true, name: `stable ${what}`, dash: "line" as const },
    { stable: false, name: `unstable ${what}`, dash: "dashed" as const },
    { stable: undefined, name: `${what}, stability unknown`, dash: "dotted" as const },
  ];
  return kinds.flatMap(({ stable, name, dash }) => {
    const lines = linesWhere(cycles, (own) => own === stable);
    return lines.length === 0 ? [] : [{ name, color, dash, lines }];
  });
}
