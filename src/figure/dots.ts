import * as Plot from "@observablehq/plot";
import { axisOf, rangeOf, scaleOptions } from "./axis.ts";
import { categoryColors, colorsOf, FAILED, NO_VALUE } from "./colors.ts";
import { evenly } from "./columns.ts";
import type { Measure } from "./measure.ts";
import { MARGIN, MARGINS, type Panel } from "./panel.ts";
import type { Facet } from "./plane.ts";
import type { Scene } from "./scene.ts";
import { besideLegend, legendOf, type Seen } from "./side.ts";
import { cutLabel, type Size } from "./svg.ts";

/** Dots of a panel at most. */
export const MOST_DOTS = 20_000;

/** A feature over two axes, a coloured dot for each point: for points that are on no grid. */
export function dotsPanel(scene: Scene, facet: Facet, measure: Measure): Panel {
  return { title: facet.title, draw: (document, size) => drawDots(document, size, { scene, facet, measure }) };
}

interface Drawn {
  scene: Scene;
  facet: Facet;
  measure: Measure;
}

function drawDots(document: Document, size: Size, { scene, facet, measure }: Drawn): Element {
  const { map, plane, rows: all, failed } = scene;
  const x = axisOf(map, plane.x, { rows: all, cells: false });
  const y = axisOf(map, plane.y ?? plane.x, { rows: all, cells: false });
  const colorOf = painter(measure);
  const shown = evenly(facet.rows, MOST_DOTS);
  const isLost = (row: number) => colorOf(row) === undefined;
  const lost = shown.filter((row) => isLost(row) && failed[row] !== undefined);
  const empty = shown.filter((row) => isLost(row) && failed[row] === undefined);
  const seen: Seen = { failed: new Set(lost.map((row) => failed[row] ?? "")), noValue: empty.length > 0 };
  const r = Math.max(1.2, Math.min(5, 110 / Math.sqrt(shown.length)));
  const at = { x: (row: number) => x.at[row], y: (row: number) => y.at[row] };
  return besideLegend(document, size, legendOf(measure, seen, "dot"), (width) =>
    Plot.plot({
      document,
      width,
      height: size.height,
      ...MARGINS,
      x: scaleOptions(x, rangeOf(x, 0.03), width - MARGIN.left - MARGIN.right),
      y: {
        ...scaleOptions(y, rangeOf(y, 0.03), size.height - MARGIN.top - MARGIN.bottom),
        label: cutLabel(y.label, size.height),
        labelOffset: MARGIN.left - 10,
      },
      marks: [
        Plot.frame({ stroke: "#bbb" }),
        Plot.dot(empty, { ...at, r, fill: NO_VALUE }),
        Plot.dot(
          shown.filter((row) => !isLost(row)),
          { ...at, r, fill: (row: number) => colorOf(row) },
        ),
        Plot.dot(lost, { ...at, r, symbol: "times", stroke: FAILED }),
      ],
    }),
  );
}

/** The colour of a point; none where it has no value. */
function painter(measure: Measure): (row: number) => string | undefined {
  if (measure.kind === "text") {
    const colors = categoryColors(measure.categories);
    return (row) => colors.get(measure.values[row]);
  }
  const colorOf = colorsOf(measure);
  return (row) => (Number.isFinite(measure.values[row]) ? colorOf(measure.values[row]) : undefined);
}
