import { NOISE_DEFAULTS } from "../sweep/input.ts";

const none: Readonly<Record<string, never>> = {};
const nothing: readonly number[] = [];

/**
 * The default of every option. null stands for one that is found when the sweep runs: threads by the cores, points of a shard by their
 * size, the first step by the slope. What follows from other options is in `derived`, and options of features are in the table of
 * reducers.
 */
export const DEFAULTS = {
  sweep: {
    permuteGrid: false,
    replicates: 1,
    cutoff: 0,
    inputs: none,
    history: none,
    noise: none,
    bounds: none,
    pulses: none,
    initialState: none,
    finalState: false,
    features: none,
    rename: none,
    results: true,
    solver: "euler",
    certify: false,
    refine: false,
    follow: false,
    layout: "wide",
    traceType: "float64",
    fastMath: false,
    precision: "float64",
    workers: null,
  },
  /** Options of adaptive solvers. */
  solver: { rtol: 1e-6, atol: 1e-9, firstStep: null, maxStep: Number.POSITIVE_INFINITY, interpolation: "hold" },
  /** A term of the option `noise`; noise sources of inputs have the same. */
  noise: NOISE_DEFAULTS,
  refine: { depth: 6, maxPoints: 1000, change: 0.1 },
  certify: { tolerance: 0.01, points: 16, seed: 0, absolute: 0 },
  /** What tables are written as. */
  files: { compression: "none" },
  store: { format: "arrow", compression: "none", shardPoints: null },
  /** Seconds that shards in hand have when a run of them is stopped: less than what Slurm and Kubernetes leave a program, 30. */
  shards: { grace: 20 },
  /** Threads of a worker that takes jobs of a queue. */
  queue: { workers: 1 },
  /** From how many points equilibria are looked for. */
  equilibria: { starts: 32 },
  /** Branches: lengths are in units of the parameter's range. */
  continuation: {
    stepSize: 0.01,
    minStepSize: 1e-8,
    maxStepSize: 0.04,
    maxPoints: 2000,
    userValues: nothing,
    switching: true,
    maxBranches: 20,
    starts: 0,
  },
  acrossReplicates: { confidence: 0.95 },
  /** Branches of cycles; lengths of steps are parts of how far states move, and of the parameter's range. */
  cycle: {
    from: "simulation",
    meshIntervals: 60,
    collocationPoints: 4,
    stepSize: 0.01,
    minStepSize: 1e-6,
    maxStepSize: 0.1,
    maxPoints: 200,
    userValues: [],
    switches: 0,
  },
} as const;

/** Defaults that follow from other options. */
export const derived = {
  samplingStepSize: ({ stepSize }: { stepSize: number }) => stepSize,
  /** How long a sample of uniform or normal noise lasts. */
  hold: ({ stepSize }: { stepSize: number }) => stepSize,
  /** How far samples of `history` are apart. */
  pastStep: ({ stepSize }: { stepSize: number }) => stepSize,
  /** A million steps, and enough for each sample of an input. */
  maxSteps: ({ inputSamples }: { inputSamples: number }) => 1e6 + 10 * inputSamples,
};
