import * as Plot from "@observablehq/plot";
import { axisOf, rangeOf, scaleOptions } from "./axis.ts";
import { FAILED, FRAME, NO_VALUE } from "./colors.ts";
import { evenly } from "./columns.ts";
import { besideLegend, legendOf } from "./legend.ts";
import { colorOfMeasure, type Measure } from "./measure.ts";
import { cutLabel, type Facet, MARGIN, MARGINS, type Panel, type Scene, type Size, type Surface } from "./svg.ts";

/** Dots of a panel at most. */
export const MOST_DOTS = 20_000;

/** A feature over two axes, a coloured dot for each point: for points that are on no grid. */
export function dotsPanel(scene: Scene, facet: Facet, measure: Measure): Panel {
  return { title: facet.title, draw: (surface, size) => drawDots(surface, size, { scene, facet, measure }) };
}

interface Drawn {
  scene: Scene;
  facet: Facet;
  measure: Measure;
}

function drawDots({ document }: Surface, size: Size, { scene, facet, measure }: Drawn): Element {
  const { rows, failed } = scene;
  const x = axisOf(scene.x, { rows, cells: false });
  const y = axisOf(scene.y ?? scene.x, { rows, cells: false });
  const colorsOf = colorOfMeasure(measure);
  const colorOf = (row: number) => colorsOf([row]);
  const shown = evenly(facet.rows, MOST_DOTS);
  const isLost = (row: number) => colorOf(row) === undefined;
  const lost = shown.filter((row) => isLost(row) && failed[row] !== undefined);
  const empty = shown.filter((row) => isLost(row) && failed[row] === undefined);
  const missing = { failed: new Set(lost.map((row) => failed[row] ?? "")), noValue: empty.length > 0 };
  const r = Math.max(1.2, Math.min(5, 110 / Math.sqrt(shown.length)));
  const at = { x: (row: number) => x.at[row], y: (row: number) => y.at[row] };
  return besideLegend(document, size, legendOf(measure, missing, "dot"), (width) =>
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
        Plot.frame({ stroke: FRAME }),
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
