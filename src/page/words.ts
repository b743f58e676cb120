import { extentOf, largestOf } from "../figure/scale.ts";
import type { ModelDescription } from "../index.ts";
import { amountText, labelled, scaled, short, unitText } from "../quantity.ts";
import { element, optionsOf } from "./element.ts";
import { pointAt } from "./grid.ts";
import type { MapData } from "./map-data.ts";
import type { FailedPoint } from "./protocol.ts";
import { signalLabel } from "./signal-labels.ts";
import type { Axis, State } from "./state.ts";

/** Unit of a path's variable; "" where it has none, or is an expression of several. */
export function unitOfPath(path: string, { variables }: ModelDescription): string {
  const first = path.match(/[A-Za-z_]\w*(?:\/[\w.]+)+/)?.[0] ?? path;
  return variables.find((variable) => variable.path === first)?.unit ?? "";
}

/** The variables of a model to choose from, by their paths. */
export function pathOptions({ variables }: ModelDescription): HTMLOptionElement[] {
  return optionsOf(variables.filter(({ path }) => !path.includes(" ")).map(({ path }) => [path]));
}

/** An axis with its unit: "C", "tau_e (s)". */
export function axisLabel({ path, key }: Axis, description: ModelDescription): string {
  return labelled(key, unitText(unitOfPath(path, description)));
}

/** How an axis over some values is drawn: in the unit that reads best, as in the downloads. */
export function axisSide({ path, key }: Axis, values: Float64Array, description: ModelDescription): { label: string; scale: number } {
  const { scale, unit } = scaled(largestOf(extentOf(values) ?? [0, 0]), unitOfPath(path, description));
  return { label: labelled(key, unit), scale };
}

/** A point: "C = 135, u = 220 1/s". */
export function pointText({ axes }: State, point: readonly number[], description: ModelDescription): string {
  if (axes.length === 0) return "the run";
  return axes.map(({ key, path }, i) => `${key} = ${amountText(point[i], unitOfPath(path, description))}`).join(", ");
}

/** What the figure shows at a point. */
export function valueText(map: MapData, index: number): string {
  const failed = map.failures.get(index);
  if (failed !== undefined) return statusText(failed);
  if (map.strides[index] === 0) return "not computed yet";
  const value = map.values[index];
  return map.isText ? (map.texts[value] ?? "") : Number.isFinite(value) ? amountText(value, map.unit) : "no value";
}

const statuses: Readonly<Record<string, string>> = {
  diverged: "it grew beyond all bounds",
  not_a_number: "a slope is not a number",
  step_underflow: "it would need steps too short for the solver",
  step_limit: "it took as many steps as the solver may",
};

/** A status in words. */
export function statusText({ status, variable }: Pick<FailedPoint, "status" | "variable">): string {
  return variable === "" ? (statuses[status] ?? status) : `the slope of ${signalLabel(variable)} is not a number`;
}

export function secondsText(seconds: number): string {
  if (!Number.isFinite(seconds)) return "";
  return seconds < 1 ? "less than a second" : `about ${short(Math.round(seconds))} s`;
}

/** Rows that are listed; the files have all. */
const MOST_ROWS = 500;

/** A figure's numbers as a table, each with all of its digits. */
export function numbersTable(map: MapData, description: ModelDescription): HTMLElement {
  const { state, grid } = map;
  const shown = Math.min(grid.count, MOST_ROWS);
  const unit = unitText(map.unit);
  const ends = state.replicates > 1 && !map.isText ? ["low", "high"].map((end) => labelled(end, unit)) : [];
  const titles = [...state.axes.map((axis) => axisLabel(axis, description)), labelled(map.shown.feature, unit), ...ends, "status"];
  const head = element("tr", {}, ...titles.map((title) => element("th", { scope: "col" }, title)));
  const rows = Array.from({ length: shown }, (_, index) => {
    const value = map.values[index];
    const isDone = map.strides[index] > 0;
    const told = map.isText && isDone ? (map.texts[value] ?? "") : isDone ? String(value) : "";
    const status = map.failures.get(index)?.status ?? (isDone ? "ok" : "not computed");
    const cells = [
      ...pointAt(state, grid, index).map(String),
      told,
      ...(ends.length > 0 ? [String(map.low[index]), String(map.high[index])] : []),
      status,
    ];
    return element("tr", {}, ...cells.map((cell) => element("td", {}, cell)));
  });
  const caption = `${map.label}${shown < grid.count ? `: the first ${shown} of ${grid.count} points; a file has them all` : ""}`;
  const table = element("table", {}, element("caption", {}, caption), element("thead", {}, head), element("tbody", {}, ...rows));
  return element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `Numbers of ${map.label}` }, table);
}
