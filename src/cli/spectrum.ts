import FFT from "fft.js";

/** Samples of a segment at most: 4 s of a signal sampled at 1 kHz, a resolution of a quarter of a hertz. */
const LONGEST = 4096;

/**
 * The frequency at which a signal has most power, in cycles for each unit of `spacing`; NaN where it does not vary.
 * Welch's method (1967, IEEE Trans. Audio Electroacoust. 15:70): segments of a power of two, half overlapping, mean removed,
 * Hann window; the peak is refined by a parabola through its neighbours.
 */
export function dominantFrequency(signal: Float64Array, spacing: number): number {
  const size = Math.min(LONGEST, 2 ** Math.floor(Math.log2(Math.max(1, signal.length))));
  if (size < 8 || !signal.every(Number.isFinite) || signal.every((value) => value === signal[0])) return Number.NaN;
  const power = welch(signal, size);
  let peak = 1;
  for (let k = 1; k < size / 2; k++) if (power[k] > power[peak]) peak = k;
  return (peak + offset(power, peak)) / (size * spacing);
}

/** Summed power of the segments, for frequencies 0 to size / 2. */
function welch(signal: Float64Array, size: number): Float64Array {
  const fft = new FFT(size);
  const spectrum = fft.createComplexArray();
  const power = new Float64Array(size / 2 + 1);
  for (let start = 0; start + size <= signal.length; start += size / 2) {
    const segment = signal.subarray(start, start + size);
    const mean = segment.reduce((sum, value) => sum + value, 0) / size;
    const windowed = Array.from(segment, (value, i) => (value - mean) * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size)));
    fft.realTransform(spectrum, windowed);
    for (let k = 0; k < power.length; k++) power[k] += spectrum[2 * k] ** 2 + spectrum[2 * k + 1] ** 2;
  }
  return power;
}

/** Where between its neighbours the peak is, in bins. */
function offset(power: Float64Array, peak: number): number {
  const [left, middle, right] = [power[peak - 1], power[peak], power[peak + 1]];
  const curvature = left - 2 * middle + right;
  return curvature < 0 && left <= middle && right <= middle ? (0.5 * (left - right)) / curvature : 0;
}
