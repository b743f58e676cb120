export type { Design, DesignOptions, Ranges } from "./ranges.ts";
export { latinHypercube, linspace, logspace, normalSample, type Spread, uniformSample } from "./samples.ts";
export { sobol } from "./sobol.ts";
