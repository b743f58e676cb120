export { batchesToIPC, type SchemaAndBatches } from "./api/batches-to-ipc.ts";
export { type ConnectOptions, connect, type Matrix } from "./api/connect.ts";
export { continueCurve } from "./api/continue-curve.ts";
export { continueCycle } from "./api/continue-cycle.ts";
export { continueEquilibrium } from "./api/continue-equilibrium.ts";
export type { ContinueCycleOptions, CurveCycles, CurveTable, CycleBranches } from "./api/cycle-branches.ts";
export {
  type DescribedCounterpart,
  type DescribedCoupling,
  type DescribedEdge,
  type DescribedEquation,
  type DescribedMeasure,
  type DescribedOperator,
  type DescribedVariable,
  describeModel,
  type ModelDescription,
} from "./api/describe.ts";
export { equilibria } from "./api/equilibria.ts";
export { type IpcCompressionOptions, type IpcOptions, type ParquetOptions, tableToCSV, tableToIPC, tableToParquet } from "./api/files.ts";
export { gridSearch, openSweep, resumeSweep, verifySweep } from "./api/grid-search.ts";
export { plan } from "./api/plan.ts";
export type { GridSearchResults, MapSearchResults, StoredResults } from "./api/results.ts";
export { finishSweep, runShards, sweepStatus } from "./api/shards.ts";
export { simulate } from "./api/simulate.ts";
export type { SweepPlan } from "./api/size-up.ts";
export { type SweepBatches, sweepBatches } from "./api/sweep-batches.ts";
export type { ArithmeticError } from "./certify/arithmetic.ts";
export type { Certificate, CertifiedChange, CertifiedQuantity } from "./certify/certificate.ts";
export type { JumpsInSteps } from "./certify/jumps.ts";
export type { Design } from "./design/design.ts";
export type { DesignOptions, Ranges } from "./design/ranges.ts";
export { latinHypercube, normalSample, type Spread, uniformSample } from "./design/samples.ts";
export { sobol } from "./design/sobol.ts";
export { geomspace, linspace, logspace } from "./design/spaces.ts";
export { MassgridError, type Problem, type SourcePlace } from "./errors.ts";
export { materialize } from "./kernel/materialize.ts";
export { bundledCircuits, bundledYaml, jansenRit } from "./model/bundled/index.ts";
export { type BundledModel, bundledModels, type TemplatesFromYamlOptions, templatesFromYaml } from "./model/bundled/read.ts";
export type { BinaryOperator, Expression, Span } from "./model/equation/tree.ts";
export type { Model, Variable } from "./model/model.ts";
export type { CircuitTemplate } from "./model/template/template.ts";
export type {
  BranchProgress,
  ContinueCurveOptions,
  ContinueEquilibriumOptions,
  EquilibriaOptions,
  FollowedOptions,
  SystemOptions,
} from "./options/continuation.ts";
export type { FollowDirection, FollowOptions, RefineOptions } from "./options/edges.ts";
export type {
  BoundsOption,
  EdgeMapping,
  Feature,
  FeatureOptions,
  GridSearchOptions,
  InitialStateOption,
  InitialStates,
  MapSearchOptions,
  NodeMapping,
  NoiseMapping,
  NoiseTerm,
  ParamGrid,
  Progress,
  PulseMapping,
  PulseOption,
  SimulateOptions,
  SolverOption,
  StoredSearchOptions,
  StoreFormat,
  StoreOptions,
} from "./options/options.ts";
export type { BatchOptions } from "./options/streamed.ts";
export type { FeatureContext, FeatureReducer, FeatureReducerColumn, FeatureRun } from "./reduce/custom-reducer.ts";
export { type FeatureName, featureNames } from "./reduce/reducers.ts";
export { type Spectrum, type SpectrumOptions, spectrum } from "./reduce/spectrum.ts";
export type { Verification } from "./store/integrity.ts";
export type { StoredSweep } from "./store/open.ts";
export type { ResumeOptions } from "./store/resume.ts";
export type { RunShardsOptions, ShardRun } from "./store/run-shards.ts";
export type { ShardChoice } from "./store/shard-choice.ts";
export type { RunningProcess, SweepStatus } from "./store/status.ts";
export type { Arithmetic } from "./sweep/arithmetic.ts";
export {
  type Input,
  type Noise,
  type NormalNoiseOptions,
  normalNoise,
  type OrnsteinUhlenbeckOptions,
  ornsteinUhlenbeck,
  type PastSignal,
  type SharedSignal,
  type SignalColumns,
  type UniformNoiseOptions,
  uniformNoise,
} from "./sweep/input.ts";
export {
  type AdaptiveOptions,
  type AdaptiveSolverName,
  adaptiveSolvers,
  type FixedSolverName,
  fixedSolvers,
  type Solver,
  type SolverName,
  solvers,
} from "./sweep/solver.ts";
export { type DescribedColumn, describeColumns } from "./table/described.ts";
export type { IpcForm } from "./table/ipc.ts";
export { type AcrossOptions, acrossReplicates } from "./table/replicates.ts";
export { trace } from "./table/trace.ts";
