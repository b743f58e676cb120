import * as Plot from "@observablehq/plot";

/** The confidence interval of a mean, at a place along the axis. */
export interface Spread {
  at: number;
  low: number;
  high: number;
}

/** Confidence intervals: a band behind a line of means, or a bar at each mean where no line joins them. */
export function intervalMarks(spreads: readonly Spread[], color: string, joined: boolean): Plot.Markish[] {
  // Where there is no interval, the band has a gap.
  if (joined && spreads.length > 1)
    return [Plot.areaY(spreads, { x: "at", y1: "low", y2: "high", fill: color, fillOpacity: 0.22, clip: true })];
  // Bars that stand over one another must be seen through.
  const strokeOpacity = new Set(spreads.map(({ at }) => at)).size < spreads.length ? 0.25 : 0.6;
  const bars = spreads.filter(({ low, high }) => Number.isFinite(low) && Number.isFinite(high));
  return [Plot.ruleX(bars, { x: "at", y1: "low", y2: "high", stroke: color, strokeOpacity, strokeWidth: 1.4, clip: true })];
}
