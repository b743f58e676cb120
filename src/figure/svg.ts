import type * as Plot from "@observablehq/plot";
import { INK, PAPER } from "./colors.ts";
import type { Column } from "./columns.ts";
import type { DiagramLines } from "./diagram-lines.ts";
import type { Measure } from "./measure.ts";

/** What figures are drawn with: Node and a browser each have their own. */
export interface Surface {
  document: Document;
  /** An element as SVG text of its own, with its namespaces. */
  textOf(svg: Element): string;
  /** The address of an image: rows from the top, a colour (`#rrggbb`) for each pixel, or none. */
  imageOf(size: Size, colorAt: (x: number, y: number) => string | undefined): string;
  /** Is told where the points of each panel lie, as it is drawn: for who marks them in the drawing. */
  told?(places: Places): void;
}

/** Where the points of a panel lie, in pixels of its plot. */
export interface Places {
  /** The part of the drawing that has them. */
  plot: Element;
  /** Ends of the plot's frame along x, and along y. */
  frame: readonly [Ends, Ends];
  rows: readonly number[];
  /** The place of a row's point; NaN where it has none. */
  placeOf: (row: number) => readonly [number, number];
  /** Whether they lie anywhere, instead of in columns, one above the other. */
  scattered: boolean;
}

type Ends = readonly [number, number];

/** What stands for each of some rows along the scales of a plot. */
interface ScaledRows {
  rows: readonly number[];
  x: (row: number) => number;
  y: (row: number) => number | string;
  scattered?: boolean;
}

/** Tells a surface where a plot has the points of some rows. */
export function tellPlaces(
  { told }: Surface,
  plot: Element & Pick<Plot.Plot, "scale">,
  { rows, x, y, scattered = false }: ScaledRows,
): void {
  const [across, up] = [plot.scale("x"), plot.scale("y")];
  if (!told || !across || !up) return;
  const [left, right, top, bottom] = [...endsOf(across), ...endsOf(up)];
  const placeOf = (row: number) => [Number(across.apply(x(row))), Number(up.apply(y(row)))] as const;
  told({
    plot,
    frame: [
      [left, right],
      [top, bottom],
    ],
    rows,
    placeOf,
    scattered,
  });
}

function endsOf({ range }: Plot.Scale): Ends {
  const [from, to] = Array.from(range ?? [0, 0], Number);
  return from < to ? [from, to] : [to, from];
}

/** Families without quotes: resvg takes a quoted one, after a space, for unknown. */
export const FONT = "system-ui, Helvetica, Arial, DejaVu Sans, Liberation Sans, Noto Sans, sans-serif";
/** Of axes. */
export const FONT_SIZE = 10;

const NAMESPACE = "http://www.w3.org/2000/svg";

type Attributes = Record<string, string | number>;

/** Width and height of a drawing, in pixels. */
export interface Size {
  width: number;
  height: number;
}

/** An empty drawing of a size, on white; `title` is read out. */
export function drawing(document: Document, { width, height }: Size, title: string): Element {
  const size = { width, height, viewBox: `0 0 ${width} ${height}` };
  const titled = element(document, "title", {});
  titled.textContent = title;
  const paper = element(document, "rect", { width, height, fill: PAPER });
  return element(document, "svg", { ...size, "font-family": FONT, role: "img" }, titled, paper);
}

export function element(owner: Document, name: string, attributes: Attributes, ...children: Element[]): Element {
  const made = owner.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  for (const child of children) made.append(child);
  return made;
}

export function text(document: Document, content: string, attributes: Attributes): Element {
  const made = element(document, "text", { fill: INK, ...attributes });
  made.textContent = content;
  return made;
}

/** A plot of Observable Plot as a part of a drawing: at a place, in the drawing's font, without rules of style for a page. */
export function placed(plot: Element, x: number, y: number): Element {
  for (const style of plot.querySelectorAll("style")) style.remove();
  for (const name of ["class", "font-family"]) plot.removeAttribute(name);
  for (const [name, value] of Object.entries({ x, y, fill: INK, color: INK })) plot.setAttribute(name, String(value));
  return plot;
}

/** What no XML may have, not even as a reference: letters of control, halves of pairs, U+FFFE and U+FFFF. */
const NO_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** A drawing as text, coordinates to a hundredth of a pixel. It is well-formed XML whatever names are in it. */
export function written(surface: Surface, svg: Element): string {
  const shorter = (attribute: string) =>
    attribute.replaceAll(/\d+\.\d{3,}(?:e-\d+)?/g, (number) => String(Number(Number(number).toFixed(2))));
  const whole = surface.textOf(svg).replaceAll(NO_XML, "\ufffd");
  return `${whole.replaceAll(/ (?:[xy][12]?|c[xy]|r|d|width|height|transform)="[^"<>]*"/g, shorter)}\n`;
}

/** About how wide a text is: a sans-serif of medium width. */
export function textWidth(content: string, fontSize: number): number {
  return Array.from(content).length * fontSize * 0.6;
}

/** How much wider the digits of wide fonts are than a letter of a text is taken to be. */
export const WIDE_DIGITS = 1.12;

/** Width of the widest of some texts. */
export function widestOf(texts: readonly string[], fontSize: number): number {
  return texts.reduce((most, content) => Math.max(most, textWidth(content, fontSize)), 0);
}

/** A text in lines that are about as wide as there is room for, broken at spaces; at most `most` lines, then "…". */
export function brokenLines(content: string, { width, fontSize, most }: { width: number; fontSize: number; most: number }): string[] {
  const lines: string[] = [];
  for (const word of content.split(" ")) {
    const last = lines[lines.length - 1];
    if (last !== undefined && textWidth(`${last} ${word}`, fontSize) <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  const shown = lines.slice(0, most);
  if (lines.length > most) shown[most - 1] += " …";
  return shown.map((line) => cut(line, width, fontSize));
}

/** A label of an axis that is cut where there is no room for more of it; its unit stays. */
export function cutLabel(label: string, width: number): string {
  const unit = / \([^()]*\)$/.exec(label)?.[0] ?? "";
  return `${cut(label.slice(0, label.length - unit.length), width - textWidth(unit, FONT_SIZE), FONT_SIZE)}${unit}`;
}

/** A text that is cut where there is no room for more of it. */
export function cut(content: string, width: number, fontSize: number): string {
  const letters = Array.from(content);
  const most = Math.max(1, Math.floor(width / (fontSize * 0.6)));
  return letters.length <= most ? content : `${letters.slice(0, most - 1).join("")}…`;
}

/** As `cut`, in the middle: of a name with its value, the value stays. */
export function cutMiddle(content: string, width: number, fontSize: number): string {
  const letters = Array.from(content);
  const most = Math.max(3, Math.floor(width / (fontSize * 0.6)));
  const half = Math.floor((most - 1) / 2);
  return letters.length <= most ? content : `${letters.slice(0, most - 1 - half).join("")}…${letters.slice(-half).join("")}`;
}

/** One drawing among those of a figure. */
export interface Panel {
  /** Printed above it; may be empty. */
  title: string;
  draw(surface: Surface, size: Size): Element;
}

/** Room around what is drawn, for axes and their labels. */
export const MARGIN = { left: 62, right: 14, top: 8, bottom: 38 };

/** The same as options of a plot. */
export const MARGINS = { marginLeft: MARGIN.left, marginRight: MARGIN.right, marginTop: MARGIN.top, marginBottom: MARGIN.bottom };

/** Points that are drawn together. */
export interface Facet {
  title: string;
  rows: readonly number[];
}

/** What all panels of a figure of features have in common. */
export interface Scene {
  x: Column;
  y: Column | undefined;
  /** Against one axis: whether neighbours are joined by a line; not where other keys differ between them too. */
  joined: boolean;
  /** A grid of so few values of `y` that numbers are better drawn as a line for each. */
  few: boolean;
  /** The points that are shown, in all panels together. */
  rows: readonly number[];
  /** What became of each point that did not end well; undefined for the others. */
  failed: readonly (string | undefined)[];
  /** Points that are marked, each in its colour: where it stands along the axes, and its value, NaN where that is not known. */
  pins?: readonly { name: string; color: string; at: readonly number[]; value: number | string }[];
  /** Lines over a plane of two axes, in the units of the columns. */
  curves?: DiagramLines;
}

/** The points of one panel, and the feature that it shows of them. */
export interface FacetView {
  scene: Scene;
  facet: Facet;
  measure: Measure;
}
