import type uPlot from "uplot";

/** The path of an orbit; steps that would not be seen are left out. Of one that is smaller than can be seen, a dot where it is. */
export function orbit(plot: uPlot, x: Float64Array, y: Float64Array): { path: Path2D; rest?: Path2D } {
  const path = new Path2D();
  const [x0, y0] = [plot.valToPos(0, "x", true), plot.valToPos(0, "y", true)];
  const [across, up] = [plot.valToPos(1, "x", true) - x0, plot.valToPos(1, "y", true) - y0];
  let [atX, atY] = [Number.NaN, Number.NaN];
  let [first, right, highest, bottom] = [1, -1, 1, -1].map((sign) => sign * Number.POSITIVE_INFINITY);
  for (let i = 0; i < x.length; i++) {
    const [left, top] = [x0 + across * x[i], y0 + up * y[i]];
    if (!Number.isFinite(left + top)) break;
    if (Math.abs(left - atX) + Math.abs(top - atY) < 1) continue;
    if (Number.isNaN(atX)) path.moveTo(left, top);
    else path.lineTo(left, top);
    [atX, atY] = [left, top];
    [right, bottom] = [Math.max(right, left), Math.max(bottom, top)];
    [first, highest] = [Math.min(first, left), Math.min(highest, top)];
  }
  const size = DOT * devicePixelRatio;
  if (!(right - first < size && bottom - highest < size)) return { path };
  const rest = new Path2D();
  rest.arc(atX, atY, size, 0, 2 * Math.PI);
  return { path, rest };
}

/** Radius of the dot of an orbit, in pixels. */
const DOT = 3;
