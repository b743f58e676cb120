import type { CircuitTemplate, GridSearchOptions, ModelDescription, Noise } from "../index.ts";
import { normalNoise, uniformNoise } from "../index.ts";
import { type GridKey, gridKeysOf, outputNames } from "./grid-keys.ts";
import type { NoiseChoice, State } from "./state.ts";

/** A noise source of the package. */
function noiseOf({ kind, a, b, seed }: NoiseChoice): Noise {
  return kind === "uniform" ? uniformNoise({ low: a, high: b, seed }) : normalNoise({ mean: a, sd: b, seed });
}

/** What is asked of a sweep beside its model. */
export interface Wanted {
  /** Values of the axes at each point. */
  points: readonly (readonly number[])[];
  /** Whether the map alone is wanted, with the feature, or the traces. */
  map: boolean;
}

/** The options of gridSearch for some points of a state, one row each. */
export function searchOptions(
  state: State,
  { description, circuit }: { description: ModelDescription; circuit: CircuitTemplate },
  { points, map }: Wanted,
): GridSearchOptions {
  const keys = gridKeysOf(state, description);
  const names = outputNames(state);
  const column = ({ axis, value }: GridKey) => {
    const side = axis ? state.axes.indexOf(axis) : -1;
    return Float64Array.from(points, (point) => (side < 0 ? value : point[side]));
  };
  const { solver, stepSize, samplingStepSize, simulationTime, cutoff } = state;
  const feature: GridSearchOptions["features"] = map ? Object.fromEntries([[names.signal, [state.feature]]]) : undefined;
  return {
    circuitTemplate: circuit,
    paramGrid: Object.fromEntries(keys.map((key) => [key.key, column(key)])),
    paramMap: Object.fromEntries(keys.map(({ key, mapping }) => [key, mapping])),
    inputs: Object.fromEntries(Object.entries(state.noise).map(([path, choice]) => [path, noiseOf(choice)])),
    outputs: { [names.signal]: state.signal, ...(map ? {} : { [names.plane]: state.plane }) },
    ...(feature ? { features: feature } : {}),
    ...{ solver, stepSize, samplingStepSize, simulationTime, cutoff },
  };
}
