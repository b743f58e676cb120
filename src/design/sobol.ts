import { MassgridError } from "../errors.ts";
import { DIMENSIONS } from "../sweep/sobol.ts";
import type { Design } from "./design.ts";
import { checkDesign, type DesignOptions, designOver, type Ranges, rangeFault, stretchTo } from "./ranges.ts";

/**
 * The first n points of Sobol's sequence, which fills the space of all keys evenly; n is best a power of two. At most 21 keys.
 * With a seed, each key's coordinates are shifted digitally (all bits exclusive-or a random number), which keeps their evenness
 * and makes the points unbiased; without one the first point is the lowest corner. Throws a MassgridError for what is no range, no
 * number of points or no option.
 */
export function sobol<const Given extends Ranges>(ranges: Given, n: number, options: DesignOptions = {}): Design<keyof Given & string> {
  checkDesign("sobol", ranges, n, options, rangeFault);
  const count = Object.keys(ranges).length;
  if (count > DIMENSIONS) {
    const message = `sobol makes points of at most ${DIMENSIONS} keys, but ${count} were found; use latinHypercube`;
    throw new MassgridError([{ code: "E_RANGE", path: ["sobol"], message }]);
  }
  const { seed = null } = options;
  return designOver<keyof Given & string, readonly number[]>(ranges, (range, dimension) => ({
    kind: "sobol",
    n,
    ...stretchTo(range),
    dimension,
    seed,
  }));
}
