import type { Table } from "apache-arrow";
import { labelWords, type RowLabel } from "../sweep/branch-columns.ts";
import { BRANCH, columnsOf } from "../sweep/columns.ts";

/** What a bifurcation diagram is drawn of: tables of continueEquilibrium, continueCycle and continueCurve, as far as there are. */
export interface DiagramSource {
  equilibria?: Table | undefined;
  cycles?: Table | undefined;
  curves?: Table | undefined;
}

/** A parameter, state or output of a table of branches. */
export interface BranchVariable {
  name: string;
  unit: string;
}

/** Parameters, states or outputs of a table of branches. */
export function variablesOf(table: Table, what: "parameter" | "state" | "output"): BranchVariable[] {
  const isOverPeriod = (role: string | undefined) => role === `${what} max`;
  return columnsOf(table).flatMap(({ name, unit, metadata }) => {
    const role = metadata.get(BRANCH);
    if (role === what) return [{ name, unit }];
    return isOverPeriod(role) ? [{ name: name.slice(0, -"_max".length), unit }] : [];
  });
}

/** What a curve is of, in words: "fold of cycles". */
export function curveWords(kind: string): string | undefined {
  const label = labelOf(kind);
  return label && labelWords[label];
}

/** What a table is of a diagram, by its columns; undefined for another one. */
export function formOfBranches(table: Table): keyof DiagramSource | undefined {
  const roles = columnsOf(table).map(({ metadata }) => metadata.get(BRANCH) ?? "");
  if (!roles.includes("branch")) return undefined;
  if (roles.includes("curve")) return "curves";
  return roles.some((role) => role.endsWith(" max")) ? "cycles" : "equilibria";
}

/** A point of a branch or curve, in the units of its table. */
export interface DiagramPoint {
  x: number;
  /** Of an equilibrium or a point of a curve, both are the same. */
  low: number;
  high: number;
  /** undefined where it is not known, as at a bifurcation. */
  stable: boolean | undefined;
  label: RowLabel | undefined;
}

/** Points of a table, branch by branch. */
export function branchesOf(table: Table, pointAt: (row: number) => Omit<DiagramPoint, "label">): DiagramPoint[][] {
  const [branch, label] = ["branch", "label"].map((name) => table.getChild(name));
  const branches: DiagramPoint[][] = [];
  let before: unknown;
  for (let row = 0; row < table.numRows; row++) {
    const own: unknown = branch?.get(row);
    if (row === 0 || own !== before) branches.push([]);
    before = own;
    branches[branches.length - 1].push({ ...pointAt(row), label: labelOf(label?.get(row)) });
  }
  return branches;
}

function labelOf(value: unknown): RowLabel | undefined {
  return Object.keys(labelWords).find((label): label is RowLabel => label === value);
}

/** A stretch of a branch that is drawn in one way. */
export interface Stretch {
  stable: boolean | undefined;
  points: readonly DiagramPoint[];
}

/** Stretches of a branch, of points that are stable or not: at a bifurcation both meet. */
export function stretchesOf(points: readonly DiagramPoint[]): Stretch[] {
  const stretches: { stable: boolean | undefined; points: DiagramPoint[] }[] = [];
  for (let i = 1; i < points.length; i++) {
    const stable = points[i].stable ?? points[i - 1].stable;
    const last = stretches.at(-1);
    if (last && last.stable === stable) last.points.push(points[i]);
    else stretches.push({ stable, points: [points[i - 1], points[i]] });
  }
  return stretches;
}
