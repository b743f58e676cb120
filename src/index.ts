export type { Certificate, CertifiedChange, CertifiedQuantity } from "./certify/certificate.ts";
export { type ConnectOptions, connect, type Matrix } from "./connect.ts";
export {
  type DescribedEdge,
  type DescribedEquation,
  type DescribedOperator,
  type DescribedVariable,
  describeModel,
  type ModelDescription,
} from "./describe.ts";
export {
  type Design,
  type DesignOptions,
  latinHypercube,
  linspace,
  logspace,
  normalSample,
  type Ranges,
  type Spread,
  sobol,
  uniformSample,
} from "./design/index.ts";
export type { BinaryOperator, Expression, Span } from "./equation/tree.ts";
export { MassgridError, type Problem, type SourcePlace } from "./errors.ts";
export { type GridSearchResults, gridSearch, type MapSearchResults, resumeSweep, type StoredResults } from "./grid-search.ts";
export {
  type Input,
  type Noise,
  type NormalNoiseOptions,
  normalNoise,
  type OrnsteinUhlenbeckOptions,
  ornsteinUhlenbeck,
  type SharedSignal,
  type SignalColumns,
  type UniformNoiseOptions,
  uniformNoise,
} from "./input.ts";
export { materialize } from "./kernel/materialize.ts";
export type { Model, Variable } from "./model.ts";
export { type TemplatesFromYamlOptions, templatesFromYaml } from "./models/from-yaml.ts";
export { bundledCircuits, bundledYaml } from "./models/index.ts";
export { tableToParquet } from "./parquet.ts";
export type {
  EdgeMapping,
  Feature,
  FeatureOptions,
  GridSearchOptions,
  MapSearchOptions,
  NodeMapping,
  NoiseMapping,
  NoiseTerm,
  ParamGrid,
  Progress,
  SimulateOptions,
  StoredSearchOptions,
  StoreFormat,
  StoreOptions,
} from "./plan/options.ts";
export { plan, type SweepPlan } from "./plan.ts";
export type { FeatureContext, FeatureReducer, FeatureReducerColumn, FeatureRun } from "./reduce/own.ts";
export { type FeatureName, featureNames } from "./reduce/reducers.ts";
export { type Spectrum, type SpectrumOptions, spectrum } from "./reduce/spectrum.ts";
export { simulate } from "./simulate.ts";
export {
  type AdaptiveOptions,
  type AdaptiveSolverName,
  adaptiveSolvers,
  type FixedSolverName,
  fixedSolvers,
  type Solver,
  type SolverName,
  solvers,
} from "./solver.ts";
export type { StoredSweep } from "./store/open.ts";
export type { ResumeOptions } from "./store/resume.ts";
export type { Verification } from "./store/verify.ts";
export { openSweep, verifySweep } from "./stored.ts";
export { type AcrossOptions, acrossReplicates } from "./table/replicates.ts";
export { trace } from "./table/trace.ts";
export type { CircuitTemplate } from "./template/template.ts";
