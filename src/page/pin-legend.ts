import { lineColor } from "../figure/colors.ts";
import { color, type Mark, swatch } from "./chart.ts";
import { element } from "./element.ts";
import type { Explorer } from "./explorer.ts";
import { gridOf, pointAt } from "./grid.ts";
import type { State } from "./state.ts";
import { pointText } from "./words.ts";

/** Whether two points have the same values. */
export function isSamePoint(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((value, i) => value === other[i]);
}

/** The marks of the points that are pinned, with the colours that they have everywhere. */
export function pinMarks({ pins, axes }: State): Mark[] {
  return pins.map((pin, i) => ({ at: pin, color: lineColor(i) })).filter((mark) => mark.at.length === axes.length);
}

/** The marks of the points that are pinned, and of the one that is looked at. */
export function marksOf({ state, at }: Explorer): Mark[] {
  const pins = pinMarks(state);
  const looked = lookedAt(state, at);
  return looked === undefined || pins.some((mark) => isSamePoint(mark.at, looked)) ? pins : [...pins, { at: looked, color: color("look") }];
}

/** The point that is looked at; undefined for none. */
export function lookedAt(state: State, at: number): readonly number[] | undefined {
  return at < 0 || state.axes.length === 0 ? undefined : pointAt(state, gridOf(state), at);
}

/** What the colours of points mean: the same in every panel. */
export function pinLegend(explorer: Explorer): HTMLElement {
  const { state, described } = explorer;
  const keys = marksOf(explorer).map(({ at, color: own }) =>
    element("span", { class: "key" }, swatch(own), pointText(state, at, described.description)),
  );
  return element("div", { class: "legend pins" }, ...keys);
}
