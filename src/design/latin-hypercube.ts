import { NOISE_DEFAULTS } from "../sweep/input.ts";
import { checkDesign, type Design, type DesignOptions, type Ranges, rangeFault, stretched, uniforms } from "./ranges.ts";

/**
 * A Latin hypercube of n points (McKay, Beckman & Conover 1979, Technometrics 21:239): each key's range is cut into n equal parts,
 * and each part has one point, at a random place in it; parts of different keys are paired at random. Throws a MassgridError for
 * what is no range, no number of points or no option.
 */
export function latinHypercube(ranges: Ranges, n: number, options: DesignOptions = {}): Design {
  checkDesign("latinHypercube", ranges, n, options, rangeFault);
  const count = Object.keys(ranges).length;
  const random = uniforms(2 * count, n, options.seed ?? NOISE_DEFAULTS.seed);
  const units = Array.from({ length: count }, (_, column) => {
    const parts = shuffled(n, random[2 * column]);
    const within = random[2 * column + 1];
    return Float64Array.from(parts, (part, i) => (part + within[i]) / n);
  });
  return stretched(ranges, units);
}

/** The numbers below n in a random order (Fisher & Yates), from n uniform numbers. */
function shuffled(n: number, random: Float64Array): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const other = Math.floor(random[i] * (i + 1));
    [order[i], order[other]] = [order[other], order[i]];
  }
  return order;
}
