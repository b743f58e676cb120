// A sweep whose table is hard to carry, for those who read our files.
import type { GridSearchOptions } from "../../src/index.ts";
import { ownNoise } from "./stores.ts";
import { bits, small } from "./sweep.ts";

/** Two keys, one of them of odd numbers; a point that overflows, so that there are infinities and NaN in its traces. */
export const hardToCarry: GridSearchOptions = small({
  paramGrid: { C: [68, 135, -0, 5e-324, 1e300], tau: [0.01, 0.01, 0.01, 0.01, 1e-5] },
  paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] }, tau: { vars: ["jrc_op/tau_e"], nodes: ["jrc"] } },
  simulationTime: 0.2,
  inputs: ownNoise,
  outputs: { V: "jrc/jrc_op/V_e", "the input": "jrc/jrc_op/u" },
});

/** Its columns of doubles in the long layout. */
export const names = ["C", "tau", "time", "V", "the input"];

/** The bits of doubles. NaN has many, and readers may change them: here it has one. */
export function canonical(values: ArrayLike<number>): BigInt64Array {
  return bits(Float64Array.from(values, (value) => (Number.isNaN(value) ? Number.NaN : value)));
}
