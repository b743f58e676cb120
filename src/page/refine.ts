/** Points of a grid that are computed together: those on every `stride`-th row and column that no coarser level has had. */
export interface Level {
  stride: number;
  /** Numbers of the points: x + width * y. */
  points: Uint32Array;
}

/** The first level has at most so many points: it is there at once. */
const FIRST = 64;

/** A grid from coarse to fine: nested, each point once, the first level at most 64 points. */
export function* levels(width: number, height: number): Generator<Level> {
  let stride = 1;
  while (Math.ceil(width / stride) * Math.ceil(height / stride) > FIRST) stride *= 2;
  for (let before = 0; stride >= 1; before = stride, stride /= 2) yield { stride, points: pointsOf(width, height, { stride, before }) };
}

/** The points at one stride but for those at the stride before it, which was twice as long; 0: there was none. */
function pointsOf(width: number, height: number, { stride, before }: { stride: number; before: number }): Uint32Array {
  const points: number[] = [];
  for (let y = 0; y < height; y += stride) {
    const isOldRow = before > 0 && y % before === 0;
    const [first, step] = isOldRow ? [stride, before] : [0, stride];
    for (let x = first; x < width; x += step) points.push(x + width * y);
  }
  return Uint32Array.from(points);
}

/** Parts of a list, at most `size` long. */
export function* parts(points: Uint32Array, size: () => number): Generator<Uint32Array> {
  for (let start = 0; start < points.length; ) {
    const end = Math.min(points.length, start + Math.max(1, Math.floor(size())));
    // A short rest goes with the part before it.
    const stop = points.length - end < (end - start) / 4 ? points.length : end;
    yield points.subarray(start, stop);
    start = stop;
  }
}
