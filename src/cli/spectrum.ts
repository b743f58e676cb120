import { defaultSegment, SHORTEST, Welch } from "../reduce/welch.ts";

/**
 * The frequency at which a signal has most power, in cycles for each unit of `spacing`: the feature peakFrequency of a single trace.
 * NaN where it does not vary, is not finite or has fewer samples than a segment.
 */
export function dominantFrequency(signal: Float64Array, spacing: number): number {
  const rows = signal.length;
  if (rows < SHORTEST || !signal.every(Number.isFinite)) return Number.NaN;
  const welch = new Welch(
    { variable: 0, lanes: 1, sampleCount: rows, samplingStep: spacing },
    { window: defaultSegment(rows), overlap: 0.5 },
  );
  welch.add({ first: 0, samples: rows, variables: 1, n: 1, data: signal });
  return welch.finish().peakFrequency[0];
}
