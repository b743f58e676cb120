import type { Table } from "apache-arrow";
import { lineColor } from "../figure/colors.ts";
import { numbersOf } from "../figure/columns.ts";
import { curveLines, type DiagramLines, variableView } from "../figure/diagram-lines.ts";
import { variablesOf } from "../figure/diagram-source.ts";
import type { ModelDescription } from "../index.ts";
import { color } from "./chart.ts";
import { diagramCall, rangeOfAxis } from "./diagram-call.ts";
import type { Places } from "./diagram-overlay.ts";
import type { DiagramTables } from "./diagram-rows.ts";
import { element } from "./element.ts";
import type { Explorer } from "./explorer.ts";
import { gridOf, pointAt } from "./grid.ts";
import type { State } from "./state.ts";
import { pointText } from "./words.ts";

/** What of a state a diagram is of. */
export function keyOf({ model, values, noise, white, axes, signal, plane, beside, diagram }: State): string {
  const kinds = Object.entries(noise).map(([path, { seed: _, ...rest }]) => [path, rest]);
  return JSON.stringify([model, values, kinds, Object.keys(white), axes, signal, plane, beside.map((each) => each.signal), diagram]);
}

/** Lines along the axis of an output; "": in the plane of both axes. */
export function linesOf({ equilibria, cycles, curves }: DiagramTables, output: string, ink = color("ink")): DiagramLines | undefined {
  if (curves) return curveLines(curves);
  const variable = equilibria && variablesOf(equilibria, "output").find(({ name }) => name === output);
  // The sweep's own line has the first colour.
  return variable && variableView({ equilibria, cycles }, variable, { equilibria: ink, cycles: lineColor(2) });
}

/** The point that is looked at, or that was pinned first, or where the model is by itself. */
export function chosenPoint({ state, described, at }: Explorer): number[] {
  const grid = gridOf(state);
  if (at >= 0) return pointAt(state, grid, at);
  if (state.pins.length > 0) return [...state.pins[0]];
  return state.axes.map((axis) => {
    const [low, high] = rangeOfAxis(axis);
    const value = described.description.variables.find(({ path }) => path === axis.path)?.value ?? Number.NaN;
    return value >= low && value <= high ? value : low;
  });
}

/** How much of a diagram there is. */
export function countText({ equilibria, cycles, curves }: DiagramTables = {}): string {
  const count = (table: Table | undefined, what: string) => (table ? [`${table.numRows} points of ${what}`] : []);
  const told = [...count(equilibria, "equilibria"), ...count(cycles, "cycles"), ...count(curves, "curves")];
  return told.length === 0 ? "nothing yet" : told.join(", ");
}

/** Where branches begin: "p = 220 1/s". */
export function startText(state: State, description: ModelDescription): string {
  return pointText(state, Object.values(diagramCall(state, description).from), description);
}

/** Where rows stand on a figure of an output, or in the plane of both axes. */
export function placesOf({ equilibria, cycles, curves }: DiagramTables, output: string): Places[] {
  const along = (table: Table, i = 0) => numbersOf(table, variablesOf(table, "parameter")[i].name);
  if (curves) return [{ part: "curves", table: curves, x: along(curves), heights: [along(curves, 1)] }];
  return [
    ...(equilibria
      ? [{ part: "equilibria" as const, table: equilibria, x: along(equilibria), heights: [numbersOf(equilibria, output)] }]
      : []),
    ...(cycles
      ? [
          {
            part: "cycles" as const,
            table: cycles,
            x: along(cycles),
            heights: ["max", "min"].map((end) => numbersOf(cycles, `${output}_${end}`)),
          },
        ]
      : []),
  ];
}

/** What lines and labels mean. */
export function legendOf({ series, marks }: DiagramLines): HTMLElement[] {
  const lines = series.map(({ name, color: own, dash }) => {
    const sample = element("span", { class: "line-sample", "aria-hidden": "true" });
    const style = dash === "line" ? "solid" : dash;
    sample.style.borderTop = `3px ${style} ${own}`;
    return element("span", { class: "key" }, sample, name);
  });
  const words = new Map(marks.filter(({ isQuiet }) => !isQuiet).map(({ label, words: own }) => [label, own]));
  return [...lines, ...Array.from(words, ([label, own]) => element("span", { class: "key" }, element("strong", {}, label), own))];
}
