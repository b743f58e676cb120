import { categoryColors, FAILED, NO_VALUE } from "./colors.ts";
import { BAR_WIDTH, drawBar, drawEntries, entriesHeight, entriesWidth, type LegendEntry } from "./legend.ts";
import type { Measure, NumberMeasure } from "./measure.ts";
import { MARGIN } from "./panel.ts";
import { element, placed, type Size } from "./svg.ts";

/** What a panel's colours stand for, beside values. */
export interface Seen {
  /** What became of points that did not end well. */
  failed: Set<string>;
  noValue: boolean;
}

/** The legend at a panel's right side: a colour bar for numbers, entries for all else. */
export interface Side {
  bar: NumberMeasure | undefined;
  entries: readonly LegendEntry[];
}

/** What explains a measure's colours. */
export function legendOf(measure: Measure, { failed, noValue }: Seen, mark: "square" | "dot" = "square"): Side {
  const lost: LegendEntry[] = [...failed].map((name) => ({ name, color: FAILED, mark: mark === "dot" ? "cross" : mark }));
  if (noValue) lost.push({ name: "no value", color: NO_VALUE, mark });
  if (measure.kind === "number") return { bar: measure, entries: lost };
  const colors = Array.from(categoryColors(measure.categories), ([name, color]): LegendEntry => ({ name, color, mark }));
  return { bar: undefined, entries: colors };
}

/** A plot with its legend at the right; `plotOf` draws it as wide as there is room. */
export function besideLegend(
  document: Document,
  { width, height }: Size,
  { bar, entries }: Side,
  plotOf: (width: number) => Element,
): Element {
  const legend = Math.max(bar ? BAR_WIDTH : 0, entriesWidth(entries));
  const left = width - legend;
  const group = element(document, "g", {}, placed(plotOf(left), 0, 0));
  const below = bar ? entriesHeight(entries) : 0;
  if (bar) group.append(drawBar(document, bar, left, { height: height - below, top: MARGIN.top, bottom: below > 0 ? 12 : MARGIN.bottom }));
  if (entries.length > 0) group.append(drawEntries(document, entries, left, bar ? height - below : MARGIN.top));
  return group;
}
