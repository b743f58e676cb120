// What shows stored maps: loaded with the first of them, since it takes readers of files with it.
import type { Table } from "apache-arrow";
import { unitOf } from "../figure/columns.ts";
import { labelled, unitText } from "../quantity.ts";
import { element } from "./element.ts";

export { choicesOf, encodeMap, faultText, type StoredMap } from "../figure/stored-map.ts";
export { pngOf } from "./figure-download.ts";
export { type Choice, isAbout, StoredDrawing } from "./stored-drawing.ts";
export { fileSource, folderSource, type MapSource, urlSource } from "./stored-source.ts";
export { StoredView } from "./stored-view.ts";

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
