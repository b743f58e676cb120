/** A line has at most this many samples: the lowest and highest of each pixel's. */
const LINE_POINTS = 1200;

/** A trace as a line can show it. */
export interface Line {
  time: Float64Array;
  values: Float64Array;
}

/** At most LINE_POINTS samples of a trace: the lowest and highest of each stretch, in their order. */
export function envelope(time: Float64Array, values: Float64Array): Line {
  if (values.length <= LINE_POINTS) return { time: time.subarray(0, values.length), values };
  const stretches = LINE_POINTS / 2;
  const kept: number[] = [];
  for (let i = 0; i < stretches; i++) {
    const start = Math.floor((i * values.length) / stretches);
    const end = Math.floor(((i + 1) * values.length) / stretches);
    let low = start;
    let high = start;
    for (let k = start; k < end; k++) {
      if (values[k] < values[low]) low = k;
      if (values[k] > values[high]) high = k;
    }
    kept.push(Math.min(low, high), Math.max(low, high));
  }
  return { time: Float64Array.from(kept, (k) => time[k]), values: Float64Array.from(kept, (k) => values[k]) };
}
