import type { Column } from "./columns.ts";
import type { Size, Surface } from "./svg.ts";

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
}
