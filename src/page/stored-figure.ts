// What shows stored maps: loaded with the first of them, since it takes readers of files with it.
import type { Table } from "apache-arrow";
import { unitOf } from "../figure/columns.ts";
import { figure } from "../figure/figure.ts";
import { sourceOf } from "../figure/source.ts";
import { choicesOf } from "../figure/stored-map.ts";
import { amountText, labelled, unitText } from "../quantity.ts";
import { element } from "./element.ts";
import { surface } from "./figure-download.ts";

export { choicesOf, encodeMap, faultText, type StoredMap } from "../figure/stored-map.ts";
export { pngOf } from "./figure-download.ts";
export { fileSource, folderSource, type MapSource, urlSource } from "./stored-source.ts";

/** What is drawn of a map; "" for what the sweep is drawn by if nothing is asked for. */
export interface Choice {
  feature: string;
  x: string;
  y: string;
}

/** The figure of a map as SVG text: what `massgrid plot` draws of the same file. */
export async function drawMap(map: Table, { feature, x, y }: Choice): Promise<string> {
  const features = feature === "" ? undefined : [feature];
  return await figure(surface, sourceOf(map, undefined), { features, x: x || undefined, y: y || undefined });
}

/** An SVG as an image that has been read, with its title as its text. */
export async function imageOf(svg: string): Promise<HTMLImageElement> {
  const title = new DOMParser().parseFromString(svg, "image/svg+xml").querySelector("title")?.textContent ?? "";
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  const image = element("img", { alt: `${title}. A table of the numbers follows.`, src: url });
  try {
    await image.decode();
  } catch (cause) {
    throw new Error("its figure cannot be drawn: a name in it has characters that SVG does not have", { cause });
  } finally {
    URL.revokeObjectURL(url);
  }
  return image;
}

/** How far two numbers may be apart that stand for the same value of a key, as a part of them: a file may have rounded it. */
const ROUNDED = 1e-9;

/** What a map has of a feature where its keys have a point's values; undefined where it has no such point, or none of that feature. */
export function valueAt(map: Table, wanted: string, point: ReadonlyMap<string, number>): string | undefined {
  const { keys, features } = choicesOf(map);
  const feature = features.includes(wanted) ? wanted : features[0];
  if (feature === undefined || keys.length === 0) return undefined;
  const sides = keys.map((key) => ({ values: map.getChild(key), at: point.get(key) ?? Number.NaN }));
  const isThere = (row: number) => sides.every(({ values, at }) => Math.abs(Number(values?.get(row)) - at) <= ROUNDED * Math.abs(at));
  let row = 0;
  while (row < map.numRows && !isThere(row)) row++;
  if (row === map.numRows) return undefined;
  const value: unknown = map.getChild(feature)?.get(row);
  const text = typeof value === "number" && Number.isFinite(value) ? amountText(value, unitOf(map, feature)) : String(value ?? "no value");
  return `${feature} of the stored map: ${text}`;
}

/** Rows that are listed; the files have all. */
const MOST_ROWS = 500;

/** The rows of a map as a table, each number with all of its digits. */
export function rowsTable(map: Table): HTMLElement {
  const shown = Math.min(map.numRows, MOST_ROWS);
  const names = map.schema.fields.map(({ name }) => name);
  const columns = names.map((name) => map.getChild(name));
  const titles = names.map((name) => element("th", { scope: "col" }, labelled(name, unitText(unitOf(map, name)))));
  const rows = Array.from({ length: shown }, (_, row) =>
    element("tr", {}, ...columns.map((column) => element("td", {}, String(column?.get(row) ?? "")))),
  );
  const more = shown < map.numRows ? `: the first ${shown} of ${map.numRows} points; a file has them all` : "";
  const caption = element("caption", {}, `The stored map${more}`);
  const table = element("table", {}, caption, element("thead", {}, element("tr", {}, ...titles)), element("tbody", {}, ...rows));
  return element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Numbers of the stored map" }, table);
}
