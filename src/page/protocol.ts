import type { BundledModel, FeatureName, ModelDescription, Problem, Solver, SolverName } from "../index.ts";
import type { ModelChoice, State } from "./state.ts";
import type { TimeScales } from "./times.ts";

/** What the page asks of its engine. */
export type EngineRequest =
  /** The first: what an address holds, or a template that it names. */
  | { kind: "begin"; hash: string; text: string | undefined }
  /** The state that a text is: of a link, or of a file. */
  | { kind: "read"; text: string; from: "link" | "file" }
  | { kind: "describe"; model: ModelChoice }
  /** `computed` are points that are there already, of a sweep that was stopped. */
  | { kind: "map"; state: State; computed: Uint32Array }
  | { kind: "traces"; state: State; points: readonly (readonly number[])[] }
  | { kind: "diagram"; state: State }
  /** A cycle of the diagram that was made last. */
  | { kind: "orbit"; branch: number; index: number }
  /** A table of the diagram that was made last. */
  | { kind: "saveDiagram"; part: DiagramPartName; format: SavedFormat }
  | { kind: "save"; state: State; what: "map" | "traces"; format: SavedFormat; points: readonly (readonly number[])[] };

/** What numbers are saved as. */
export type SavedFormat = "arrow" | "parquet" | "csv";

/** The end of a request: of a map, which comes in parts, nothing. */
export type EngineResponse = Begun | Opened | Described | Traces | DiagramEnd | Uint8Array | undefined;

/** The tables of a diagram. */
export type DiagramPartName = "equilibria" | "cycles" | "curves";

/** Tables of a diagram as far as they have come, each as a stream of Arrow IPC. */
export type DiagramPart = Partial<Record<DiagramPartName, Uint8Array>>;

/** What is to be told of a diagram that is whole. */
export interface DiagramEnd {
  notes: readonly string[];
}

/** A state with its model; or what is wrong with what should have held it. */
export type Opened = { state: State; described: Described } | { fault: string };

/** What the page begins with. */
export interface Begun {
  facts: Facts;
  opened: Opened;
  /** The whole map of the state, where it has been computed already. */
  map?: MapPart;
}

/** What the package has: the page's own thread does not load it. */
export interface Facts {
  /** The bundled models, those of a family together, test resources last. */
  models: readonly BundledModel[];
  features: readonly FeatureName[];
  solvers: readonly SolverName[];
  /** What kind of solver each is. */
  kinds: Readonly<Record<string, Solver["kind"]>>;
}

/** A model that has been read. */
export interface Described {
  description: ModelDescription;
  /** All circuits of its text. */
  circuits: readonly string[];
  circuit: string;
  text: string;
  /** Undefined where they are not known. */
  timeScales?: TimeScales | undefined;
}

/** What comes while a map is computed. */
export interface MapPart {
  /** Each of the points stands for a square of so many points until finer ones are there. */
  stride: number;
  points: Uint32Array;
  /** Of points between those of the grid, where they lie along x; `points` is empty then. */
  between?: Float64Array;
  /** What each figure of the state shows at these points. */
  layers: readonly MapLayer[];
  /** Which of the points did not end well. */
  failed: readonly FailedPoint[];
}

/** A feature at some points. */
export interface MapLayer {
  /** The feature at each point, its mean across replicates; of a text, the number of the text. */
  values: Float64Array;
  /** Ends of the mean's confidence interval. */
  low?: Float64Array;
  high?: Float64Array;
  texts?: readonly string[];
  /** Name and unit of the feature's column. */
  name: string;
  unit: string;
}

/** A point that did not end well. */
export interface FailedPoint {
  /** Its place among the points of its part. */
  place: number;
  status: string;
  /** When, in the model's time unit; NaN where it is not known. */
  time: number;
  /** The state whose slope is no number; "" where that is not why. */
  variable: string;
}

export interface MapProgress {
  done: number;
  total: number;
  /** How many more seconds it takes. */
  eta: number;
}

/** Told while a map is computed. */
export interface MapListener {
  part(part: MapPart): void;
  progress(progress: MapProgress): void;
}

/** The traces of one point. */
export interface Trace {
  signal: Float64Array;
  plane: Float64Array;
  /** Density of the signal's spectrum; empty for a trace that is too short, or not finite. */
  density: Float64Array;
  /** The time at which it failed, NaN where it did not, and why: see FailedPoint. */
  failedAt: number;
  status: string;
  variable: string;
}

/** Traces of several points. */
export interface Traces {
  times: Float64Array;
  frequencies: Float64Array;
  traces: readonly Trace[];
  units: { time: string; signal: string; plane: string };
}

/** To the engine: a request with its number, that the one with this number is not wanted any more, or that others are to be expected. */
export type ToEngine = { number: number; request: EngineRequest } | { number: number; stop: true } | { warm: true };

/** From the engine. */
export type FromEngine =
  | { number: number; part: MapPart }
  | { number: number; progress: MapProgress }
  | { number: number; diagram: DiagramPart }
  | { number: number; response: EngineResponse }
  | { number: number; failure: Failure };

/** Why a request failed; `stopped` where it was not wanted any more. */
export interface Failure {
  message: string;
  stopped: boolean;
  problems: readonly Problem[];
}
