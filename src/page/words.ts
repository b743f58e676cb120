import type { ModelDescription } from "../index.ts";
import { amountText, labelled, short, unitText } from "../quantity.ts";
import type { MapData } from "./map-data.ts";
import type { Axis, State } from "./state.ts";

/** Unit of a path's variable; "" where it has none, or is an expression of several. */
export function unitOfPath(path: string, { variables }: ModelDescription): string {
  const first = path.match(/[A-Za-z_]\w*(?:\/[\w.]+)+/)?.[0] ?? path;
  return variables.find((each) => each.path === first)?.unit ?? "";
}

/** An axis with its unit: "C", "tau_e (s)". */
export function axisLabel({ path, key }: Axis, description: ModelDescription): string {
  return labelled(key, unitText(unitOfPath(path, description)));
}

/** A point: "C = 135, u = 220 1/s". */
export function pointText({ axes }: State, point: readonly number[], description: ModelDescription): string {
  if (axes.length === 0) return "the run";
  return axes.map(({ key, path }, i) => `${key} = ${amountText(point[i], unitOfPath(path, description))}`).join(", ");
}

/** What the figure shows at a point. */
export function valueText(map: MapData, index: number): string {
  const failed = map.failed.get(index);
  if (failed !== undefined) return failed;
  if (map.strides[index] === 0) return "not computed yet";
  const value = map.values[index];
  return map.isText ? (map.texts[value] ?? "") : Number.isFinite(value) ? amountText(value, map.unit) : "no value";
}

/** A signal as its label: the last part of a path; an expression with its nodes left out. */
export function signalLabel(signal: string): string {
  const short = signal.replaceAll(/(?:[A-Za-z_]\w*\/)+([A-Za-z_][\w.]*)/g, "$1");
  return short.replaceAll(" - ", " − ");
}

export function secondsText(seconds: number): string {
  if (!Number.isFinite(seconds)) return "";
  return seconds < 1 ? "less than a second" : `about ${short(Math.round(seconds))} s`;
}
