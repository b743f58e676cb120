import type { ModelDescription } from "../index.ts";
import { unitText } from "../quantity.ts";
import { element } from "./element.ts";
import { pointAt } from "./grid.ts";
import type { MapData } from "./map-data.ts";
import { axisLabel, signalLabel } from "./words.ts";

/** Rows that are listed; the files have all. */
const MOST_ROWS = 500;

/** A figure's numbers as a table, each with all of its digits. */
export function numbersTable(map: MapData, description: ModelDescription): HTMLElement {
  const { state, grid } = map;
  const shown = Math.min(grid.count, MOST_ROWS);
  const unit = unitText(map.unit);
  const titles = [
    ...state.axes.map((axis) => axisLabel(axis, description)),
    `${state.feature}${unit === "" ? "" : ` (${unit})`}`,
    "status",
  ];
  const head = element("tr", {}, ...titles.map((title) => element("th", { scope: "col" }, title)));
  const rows = Array.from({ length: shown }, (_, index) => {
    const value = map.values[index];
    const isDone = map.strides[index] > 0;
    const told = map.isText && isDone ? (map.texts[value] ?? "") : isDone ? String(value) : "";
    const status = map.failed.get(index) ?? (isDone ? "ok" : "not computed");
    const cells = [...pointAt(state, grid, index).map(String), told, status];
    return element("tr", {}, ...cells.map((cell) => element("td", {}, cell)));
  });
  const caption = `${state.feature} of ${signalLabel(state.signal)}${shown < grid.count ? `: the first ${shown} of ${grid.count} points; a file has them all` : ""}`;
  const table = element("table", {}, element("caption", {}, caption), element("thead", {}, head), element("tbody", {}, ...rows));
  return element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Numbers of the figure" }, table);
}
