import { FINE } from "../figure/scale.ts";
import type { State } from "./state.ts";

/** A sample of a line: where it lies, and what each of the figures shows there. */
export interface Sample {
  x: number;
  y: readonly number[];
}

/** A line bends where a sample is further than this from the straight line between its neighbours, as a part of the whole line's height. */
const BEND = 0.01;
/** A sweep of more points than this is fine enough. */
const MOST = 500;

/** Whether a state's figure is a line that may be refined: over one axis, which is no list, of so many points that it is a line at all. */
export function canBend({ axes }: State): boolean {
  const [axis] = axes;
  return axes.length === 1 && axis.scale !== "list" && axis.count > FINE && axis.count <= MOST;
}

/** Halfway between samples where a line bends, or where it begins or ends to have values; the worst first, at most `most` of them. */
export function bending(
  samples: readonly Sample[],
  { isLog, most, narrowest }: { isLog: boolean; most: number; narrowest: number },
): Float64Array {
  const at = isLog ? Math.log10 : (x: number) => x;
  const line = [...samples].sort((a, b) => a.x - b.x).map(({ x, y }) => ({ x: at(x), y }));
  if (line.length < 3 || most < 1) return new Float64Array(0);
  const width = line[line.length - 1].x - line[0].x;
  const heights = line[0].y.map((_, k) => heightOf(line.map(({ y }) => y[k])));
  const bends = new Float64Array(line.length);
  for (let i = 1; i < line.length - 1; i++) {
    const [before, here, after] = [line[i - 1], line[i], line[i + 1]];
    const part = (here.x - before.x) / (after.x - before.x);
    bends[i] = here.y.reduce((worst, y, k) => Math.max(worst, bend(before.y[k], y, after.y[k], part) / heights[k]), 0);
  }
  const gaps = line
    .slice(1)
    .map(({ x }, i) => ({ x: (x + line[i].x) / 2, gap: (x - line[i].x) / width, bend: Math.max(bends[i], bends[i + 1]) }));
  const worst = gaps.filter(({ gap, bend: own }) => own > BEND && gap > narrowest).sort((a, b) => b.bend * b.gap - a.bend * a.gap);
  const chosen = worst.slice(0, Math.floor(most)).map(({ x }) => (isLog ? 10 ** x : x));
  return Float64Array.from(chosen).sort();
}

/** How far a value is from the straight line; where only some of three have a value, as far as can be. */
function bend(before: number, here: number, after: number, part: number): number {
  const finite = [before, here, after].filter(Number.isFinite).length;
  if (finite === 0) return 0;
  return finite < 3 ? Number.POSITIVE_INFINITY : Math.abs(here - (before + part * (after - before)));
}

function heightOf(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite);
  const height =
    finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY) - finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  return height > 0 ? height : Number.POSITIVE_INFINITY;
}
