import type { Table } from "apache-arrow";
import { numbersOf } from "./columns.ts";
import { curveLines, variableView } from "./diagram-lines.ts";
import { diagramPanel } from "./diagram-panel.ts";
import { type BranchVariable, type DiagramSource, variablesOf } from "./diagram-source.ts";
import { drawPage, type FigureSize } from "./page.ts";
import type { Panel, Surface } from "./svg.ts";

/** Panels of states, at most, where there is no output. */
const MOST_STATES = 4;
const panel = { width: 820, height: 420 };
const several = { width: 620, height: 320 };

/** What is asked of a diagram beside its tables. */
export interface DiagramRequest extends FigureSize {
  title?: string;
}

/**
 * A bifurcation diagram as SVG text: each output, or state where there are none, against the parameter, stable solid and unstable dashed, cycles by their
 * largest and smallest value; then curves in the plane of both parameters. Special points have their labels.
 */
export function diagram(surface: Surface, source: DiagramSource, request: DiagramRequest = {}): string {
  const { equilibria, cycles, curves } = source;
  const of = equilibria ?? cycles;
  const drawn = of ? shownVariables(of) : [];
  const panels = [...drawn.map((variable) => variablePanel(source, variable)), ...(curves ? [curvesPanel(curves)] : [])];
  const model = [equilibria, cycles, curves].find((table) => table)?.schema.metadata.get("model") ?? "model";
  const columns = panels.length > 1 ? 2 : 1;
  const title = request.title ?? `${model}: ${titleOf(source, drawn)}`;
  const page = { title, names: [], about: aboutOf(source, drawn), panels, columns, panel: columns === 1 ? panel : several };
  return drawPage(surface, page, request);
}

/** Outputs, or the first states where there are none. */
function shownVariables(table: Table): BranchVariable[] {
  const outputs = variablesOf(table, "output");
  return outputs.length > 0 ? outputs : variablesOf(table, "state").slice(0, MOST_STATES);
}

function titleOf({ equilibria, cycles, curves }: DiagramSource, drawn: readonly BranchVariable[]): string {
  const of = equilibria ?? cycles;
  const names = drawn.map(({ name }) => name).join(", ");
  const against = of ? `${names} against ${variablesOf(of, "parameter")[0].name}` : "";
  const plane = curves ? `bifurcations in ${parametersOf(curves).join(" and ")}` : "";
  return [against, plane].filter((part) => part !== "").join("; ");
}

function aboutOf({ equilibria, cycles, curves }: DiagramSource, drawn: readonly BranchVariable[]): string {
  const states =
    equilibria && drawn.length > 0 && variablesOf(equilibria, "output").length === 0 ? variablesOf(equilibria, "state").length : 0;
  const parts = [
    countText(equilibria, "branch of equilibria", "branches of equilibria"),
    cycles ? `${countText(cycles, "branch of cycles", "branches of cycles")}, by the largest and smallest value over the period` : "",
    countText(curves, "curve", "curves"),
    states > drawn.length ? `${drawn.length} of ${states} states` : "",
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

function countText(table: Table | undefined, one: string, many: string): string {
  if (!table) return "";
  const count = new Set(numbersOf(table, "branch")).size;
  return `${count} ${count === 1 ? one : many}, ${table.numRows} points`;
}

function parametersOf(table: Table): string[] {
  return variablesOf(table, "parameter").map(({ name }) => name);
}

function variablePanel(source: DiagramSource, variable: BranchVariable): Panel {
  return diagramPanel(variableView(source, variable));
}

/** Curves of folds and Hopf points in both parameters. */
function curvesPanel(curves: Table): Panel {
  const [x, y] = variablesOf(curves, "parameter");
  return diagramPanel({ x, y, ...curveLines(curves) });
}
