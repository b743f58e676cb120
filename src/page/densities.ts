import { spectrum } from "../api/prepared.ts";

/** The fewest samples of a spectrum. */
const SPECTRUM = 8;

/** Spectra of traces that are long enough, and finite: the frequencies that they have in common, and for each trace its density, empty where it has none. */
export function densitiesOf(
  traces: readonly Float64Array[],
  samplingStep: number,
): { frequencies: Float64Array; densities: readonly Float64Array[] } {
  let frequencies: Float64Array = new Float64Array(0);
  const densities = traces.map((values) => {
    if (values.length < SPECTRUM || !values.every(Number.isFinite)) return new Float64Array(0);
    const found = spectrum(values, samplingStep);
    frequencies = found.frequency;
    return found.density;
  });
  return { frequencies, densities };
}
