import type { Size } from "./svg.ts";

/** One drawing among those of a figure. */
export interface Panel {
  /** Printed above it; may be empty. */
  title: string;
  draw(document: Document, size: Size): Element;
}

/** Room around what is drawn, for axes and their labels. */
export const MARGIN = { left: 62, right: 14, top: 8, bottom: 38 };

/** The same as options of a plot. */
export const MARGINS = { marginLeft: MARGIN.left, marginRight: MARGIN.right, marginTop: MARGIN.top, marginBottom: MARGIN.bottom };
