import { checkEntries, isDetached, kindOf, Problems } from "../check.ts";
import { areSamples, type Samples } from "../sweep/trace-type.ts";
import { reducers } from "./reducers.ts";
import { SHORTEST, Welch } from "./welch.ts";

export interface SpectrumOptions {
  /** Samples of a segment, a power of two; the largest that fits, up to 4096, if not given. */
  window?: number;
  /** The fraction that neighbouring segments share; 0.5 if not given. */
  overlap?: number;
}

/** A power spectral density. */
export interface Spectrum {
  /** In cycles for each unit of the spacing: Hz where that is in s. From 0 to half of the sampling rate. */
  frequency: Float64Array;
  /** In squares of the signal's unit times that of the spacing: V²/Hz. */
  density: Float64Array;
}

/**
 * The power spectral density of a trace by Welch's method, as the features peakFrequency and peakPower compute it. `spacing` is the
 * time from sample to sample. Throws E_FEATURE_SAMPLES for a trace with fewer samples than a segment, E_TYPE for wrong options.
 */
export function spectrum(signal: Samples, spacing: number, options: SpectrumOptions = {}): Spectrum {
  const problems = new Problems();
  checkEntries(problems, options, reducers.welch.options, ["spectrum"]);
  if (!areSamples(signal) || isDetached(signal))
    problems.add("E_TYPE", ["signal"], `signal must be a Float64Array, but ${kindOf(signal)} was found`);
  problems.throwIfAny();
  const { window: segment, overlap: shared } = reducers.welch.options;
  const { window = segment.default(signal.length), overlap = shared.default() } = options;
  if (signal.length < window) {
    const found = `a spectrum needs ${window} samples, at least ${SHORTEST}, but there are ${signal.length}`;
    problems.add("E_FEATURE_SAMPLES", ["signal"], `${found}; make the trace longer, or sample it more often`);
  }
  if (!(spacing > 0 && Number.isFinite(spacing))) {
    problems.add("E_TYPE", ["spacing"], `spacing must be a time above 0, but ${kindOf(spacing)} was found`);
  }
  problems.throwIfAny();
  const welch = new Welch({ variable: 0, lanes: 1, sampleCount: signal.length, samplingStep: spacing }, { window, overlap });
  welch.add({ first: 0, samples: signal.length, variables: 1, n: 1, data: Float64Array.from(signal) });
  const density = welch.density(0);
  return { frequency: density.map((_, k) => k / (window * spacing)), density };
}
