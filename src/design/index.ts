export { latinHypercube } from "./latin-hypercube.ts";
export type { Design, DesignOptions, Ranges } from "./ranges.ts";
export { normalSample, type Spread, uniformSample } from "./sample.ts";
export { sobol } from "./sobol.ts";
export { linspace, logspace } from "./space.ts";
