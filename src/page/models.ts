import {
  bundledYaml,
  type CircuitTemplate,
  describeModel,
  type GridSearchOptions,
  MassgridError,
  type ModelDescription,
  type Noise,
  normalNoise,
  ornsteinUhlenbeck,
  type SolverOption,
  solvers,
  templatesFromYaml,
  uniformNoise,
} from "../index.ts";
import { featuresOf, type GridKey, gridKeysOf, outputNames } from "./keys.ts";
import type { Described } from "./protocol.ts";
import type { ModelChoice, NoiseChoice, State } from "./state.ts";
import { timesOf } from "./times.ts";

/** A model that has been read, with what it is made of. */
export interface ReadModel extends Described {
  template: CircuitTemplate;
  description: ModelDescription;
}

/** Models that were read last: a slider that moves does not change its model. */
const recent = new Map<string, ReadModel>();
const MOST_KEPT = 4;

/** The model of a choice. Throws a MassgridError, with line and column, for a text that is none. */
export function readModel(choice: ModelChoice): ReadModel {
  const key = JSON.stringify(choice);
  const before = recent.get(key);
  if (before) return before;
  const text = "path" in choice ? bundledYaml(choice.path) : choice.text;
  if (text === undefined)
    throw problem("E_UNKNOWN_TEMPLATE", `there is no bundled model ${"path" in choice ? choice.path : ""}; choose one of the list`);
  const circuits = templatesFromYaml(text, { name: "model.yaml" });
  const names = Object.keys(circuits);
  const wanted = "path" in choice ? choice.path.split(/[./]/).slice(-1)[0] : choice.circuit;
  const circuit = names.includes(wanted) ? wanted : names[0];
  if (circuit === undefined) {
    const message = "the text has no CircuitTemplate; a circuit says which nodes there are: { base: CircuitTemplate, nodes: { a: node } }";
    throw problem("E_TEMPLATE_KIND", message);
  }
  const template = circuits[circuit];
  const model = { template, description: describeModel(template), circuits: names, circuit, text };
  recent.set(key, model);
  for (const old of [...recent.keys()].slice(0, -MOST_KEPT)) recent.delete(old);
  return model;
}

function problem(code: string, message: string): MassgridError {
  return new MassgridError([{ code, path: [], message }]);
}

/** A noise source of the package. */
function noiseOf({ kind, a, b, seed, tau = 0 }: NoiseChoice): Noise {
  if (kind === "ornsteinUhlenbeck") return ornsteinUhlenbeck({ mean: a, sd: b, tau, seed });
  return kind === "uniform" ? uniformNoise({ low: a, high: b, seed }) : normalNoise({ mean: a, sd: b, seed });
}

/** What is asked of a sweep beside its model. */
interface Wanted {
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
  const beside = map ? {} : { [names.plane]: state.plane };
  const outputs = map ? Object.fromEntries(Array.from(names.signals, ([path, name]) => [name, path])) : { [names.signal]: state.signal };
  return {
    circuitTemplate: circuit,
    paramGrid: Object.fromEntries(keys.map((key) => [key.key, column(key)])),
    paramMap: Object.fromEntries(keys.map(({ key, mapping }) => [key, mapping])),
    ...inputsOf(state),
    outputs: { ...outputs, ...beside },
    ...(map ? { features: Object.fromEntries(featuresOf(state)) } : {}),
    ...(map && state.replicates > 1 ? { replicates: state.replicates } : {}),
    ...(state.arithmetic === "fastMath" ? { fastMath: true } : {}),
    ...(state.arithmetic === "float32" ? { precision: "float32" as const } : {}),
    ...{ solver: solverOf(state), ...timesOf(state) },
  };
}

/** What drives the inputs, and white noise. */
export function inputsOf(state: State): Pick<GridSearchOptions, "inputs" | "noise"> {
  const inputs = Object.fromEntries(Object.entries(state.noise).map(([path, choice]) => [path, noiseOf(choice)]));
  return { inputs, ...(isStochastic(state) ? { noise: state.white } : {}) };
}

function isStochastic({ solver }: State): boolean {
  return solvers[solver].kind === "stochastic";
}

function solverOf({ solver, rtol, atol }: State): SolverOption {
  return solvers[solver].kind === "adaptive" ? { name: solver, rtol, atol } : solver;
}
