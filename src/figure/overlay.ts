import * as Plot from "@observablehq/plot";
import type { Axis } from "./axis.ts";
import { dashes, INK, PAPER } from "./colors.ts";
import type { LegendEntry } from "./legend.ts";
import type { Scene } from "./svg.ts";

/** Heights of lines over a plane, special points among them. */
export function overlayHeights({ curves }: Scene): number[] {
  const heights = (curves?.series ?? []).flatMap(({ lines }) => lines.flatMap((line) => line.map(([, y]) => y)));
  return [...heights, ...(curves?.marks ?? []).map(({ y }) => y)];
}

/** What a legend says of lines over a plane. */
export function overlayEntries({ curves }: Scene): LegendEntry[] {
  return (curves?.series ?? []).map(({ name, color, dash }) => ({ name, color, mark: dash }));
}

/** Lines over a plane of two axes, on a rim of paper, so that they stand out from any colour; special points with their labels. */
export function overlayMarks({ curves }: Scene, { x, y }: Record<"x" | "y", Pick<Axis, "placeOf">>): Plot.Markish[] {
  if (!curves) return [];
  const place = { x: ([a]: readonly [number, number]) => x.placeOf(a), y: ([, b]: readonly [number, number]) => y.placeOf(b), clip: true };
  const labelled = curves.marks.filter(({ isQuiet }) => !isQuiet);
  const at = { x: ({ x: a }: { x: number }) => x.placeOf(a), y: ({ y: b }: { y: number }) => y.placeOf(b), clip: true };
  const rim = { stroke: PAPER, strokeWidth: 4, strokeOpacity: 0.85 };
  return [
    ...curves.series.flatMap(({ lines }) => lines.map((line) => Plot.line(line, { ...place, ...rim }))),
    ...curves.series.flatMap(({ lines, color, dash }) =>
      lines.map((line) =>
        Plot.line(line, {
          ...{ ...place, stroke: color, strokeWidth: 2 },
          ...(dashes[dash] === undefined ? {} : { strokeDasharray: dashes[dash] }),
        }),
      ),
    ),
    Plot.dot(labelled, { ...at, fill: "color", stroke: PAPER, strokeWidth: 1, r: 3.5 }),
    Plot.text(labelled, {
      ...at,
      text: "label",
      dx: 7,
      dy: -8,
      textAnchor: "start",
      fill: INK,
      stroke: PAPER,
      strokeWidth: 3,
      fontSize: 11,
    }),
  ];
}
