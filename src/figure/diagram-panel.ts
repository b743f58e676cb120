import * as Plot from "@observablehq/plot";
import { labelled, scaled } from "../quantity.ts";
import { linearScale, roomLeft } from "./axis.ts";
import { dashes, FRAME, INK, PAPER } from "./colors.ts";
import type { DiagramView, Mark } from "./diagram-lines.ts";
import { drawEntries, entriesWidth, type LegendEntry } from "./legend.ts";
import { type Box, type Placed, placeLabels } from "./place-labels.ts";
import { extentOf, largestOf, padded, type Range, tickCount, verticalTicks } from "./scale.ts";
import { cutLabel, element, MARGIN, MARGINS, type Panel, placed, type Size, type Surface } from "./svg.ts";

const RADIUS = 3.2;
const LABEL_SIZE = 11;
/** Marks of one label that are nearer to each other than this, in pixels, have it once. */
const SAME = 4;

/** A panel of a bifurcation diagram, with its legend. */
export function diagramPanel(view: DiagramView): Panel {
  return { title: "", draw: (surface, size) => drawDiagram(surface, size, view) };
}

function drawDiagram({ document }: Surface, { width, height }: Size, view: DiagramView): Element {
  const entries = entriesOf(view);
  const legend = entriesWidth(entries);
  const [x, y] = [axisOf(view, 0), axisOf(view, 1)];
  const up = linearScale(y.domain, verticalTicks(height - MARGIN.top - MARGIN.bottom));
  const frame: Box = { left: roomLeft(up), right: width - legend - MARGIN.right, top: MARGIN.top, bottom: height - MARGIN.bottom };
  const pixelAt = ([a, b]: readonly [number, number]) => ({
    x: frame.left + ((a / x.scale - x.domain[0]) / (x.domain[1] - x.domain[0])) * (frame.right - frame.left),
    y: frame.bottom - ((b / y.scale - y.domain[0]) / (y.domain[1] - y.domain[0])) * (frame.bottom - frame.top),
  });
  const marks = view.marks.map((mark) => ({ ...mark, at: pixelAt([mark.x, mark.y]) }));
  const named = marks.filter((mark, i) => !mark.isQuiet && !marks.slice(0, i).some((other) => isSame(mark, other)));
  const paths = view.series.flatMap(({ lines }) => lines.map((line) => line.map(pixelAt)));
  const labels = placeLabels(
    named.map(({ label, at }) => ({ text: label, ...at })),
    { frame, paths, fontSize: LABEL_SIZE, radius: RADIUS },
  );
  const plain = { labelArrow: "none", labelAnchor: "center" } as const;
  const plot = Plot.plot({
    document,
    width: width - legend,
    height,
    ...MARGINS,
    marginLeft: frame.left,
    x: {
      ...plain,
      ...linearScale(x.domain, tickCount(frame.right - frame.left)),
      label: cutLabel(x.label, frame.right - frame.left),
      domain: [...x.domain],
    },
    y: {
      ...plain,
      ...up,
      ...{ label: cutLabel(y.label, height), labelOffset: frame.left - 10, domain: [...y.domain], grid: true },
    },
    marks: [
      Plot.frame({ stroke: FRAME }),
      ...view.series.flatMap(({ lines, color, dash }) =>
        lines.map((line) =>
          Plot.line(line, {
            x: ([a]) => a / x.scale,
            y: ([, b]) => b / y.scale,
            ...{ stroke: color, strokeWidth: 1.5, clip: true },
            ...(dashes[dash] === undefined ? {} : { strokeDasharray: dashes[dash] }),
          }),
        ),
      ),
      Plot.dot(marks, {
        x: (mark: Mark) => mark.x / x.scale,
        y: (mark: Mark) => mark.y / y.scale,
        r: ({ isQuiet }: Mark) => (isQuiet ? 0.6 * RADIUS : RADIUS),
        fill: ({ isQuiet, color }: Mark) => (isQuiet ? PAPER : color),
        stroke: "color",
      }),
    ],
  });
  const group = element(document, "g", {}, placed(plot, 0, 0));
  group.append(drawLabels(document, labels), drawEntries(document, entries, width - legend, MARGIN.top));
  return group;
}

function isSame(a: Placed & { label: string }, b: Placed & { label: string }): boolean {
  return a.label === b.label && Math.hypot(a.at.x - b.at.x, a.at.y - b.at.y) < SAME;
}

/** What an axis spans, in a unit that reads well. */
function axisOf({ series, marks, x, y }: DiagramView, which: 0 | 1): { scale: number; label: string; domain: Range } {
  const { name, unit } = which === 0 ? x : y;
  const values = [
    ...series.flatMap(({ lines }) => lines.flatMap((line) => line.map((point) => point[which]))),
    ...marks.map((mark) => (which === 0 ? mark.x : mark.y)),
  ];
  const [low, high] = extentOf(values) ?? [0, 1];
  const by = scaled(largestOf([low, high]), unit);
  return { scale: by.scale, label: labelled(name, by.unit), domain: padded([low / by.scale, high / by.scale], which === 0 ? 0.02 : 0.06) };
}

/** Lines, then what labels mean. */
function entriesOf({ series, marks }: DiagramView): LegendEntry[] {
  const words = new Map(marks.map(({ label, words: own, color, isQuiet }) => [label, { words: own, color, isQuiet }]));
  return [
    ...series.map(({ name, color, dash }): LegendEntry => ({ name, color, mark: dash })),
    ...Array.from(
      words,
      ([label, { words: own, color, isQuiet }]): LegendEntry => ({
        name: isQuiet ? own : `${label} ${own}`,
        color,
        mark: isQuiet ? "ring" : "dot",
      }),
    ),
  ];
}

function drawLabels(document: Document, labels: readonly { text: string; x: number; y: number }[]): Element {
  const group = element(document, "g", { "aria-label": "special points", "font-size": LABEL_SIZE, "text-anchor": "middle" });
  // Letters stand on a rim of paper, so that lines behind them do not cross them out.
  const rim = { stroke: PAPER, "stroke-width": 3, "paint-order": "stroke", "stroke-linejoin": "round", fill: INK };
  for (const { text: label, x, y } of labels) {
    const made = element(document, "text", { x, y, ...rim });
    made.textContent = label;
    group.append(made);
  }
  return group;
}
