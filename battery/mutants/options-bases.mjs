// Calls from which mutants of options are made: together they have everything that options can say.
import { connect, normalNoise, ornsteinUhlenbeck, templatesFromYaml, uniformNoise } from "../../dist/index.js";

const u = "jrc/jrc_op/u";
const V = "jrc/jrc_op/V_e";

const jansenRit = {
  circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
  simulationTime: 0.05,
  stepSize: 1e-3,
};

const delayed = `op:
  base: OperatorTemplate
  equations: ["x' = (-x + k*past(x, tau) + u)/tau"]
  variables: { x: output(0.1), k: -2.0, tau: 0.01, u: input(0.0) }
node: { base: NodeTemplate, operators: [op] }
net:
  base: CircuitTemplate
  nodes: { a: node, b: node }
  edges: [[a/op/x, b/op/u, null, { weight: 1.0, delay: 0.005 }], [b/op/x, a/op/u, null, { weight: 0.5, delay: 0.01, spread: 0.004 }]]
`;

const count = {
  name: "count",
  columns: ["count"],
  start: ({ lanes }) => {
    const counts = new Float64Array(lanes);
    return {
      add: (values, lane) => {
        counts[lane] += values.length;
      },
      finish: () => [counts],
    };
  },
};

/** Name → what makes a call, anew each time. */
export const bases = {
  grid: () => ({
    ...jansenRit,
    paramGrid: { C: [68, 135, 270], k: Float64Array.of(0.5, 1) },
    paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] }, k: { vars: ["jrc_op/u"], nodes: ["jrc"] } },
    permuteGrid: true,
    samplingStepSize: 2e-3,
    cutoff: 0.01,
    outputs: { V, D: "jrc/jrc_op/V_e - jrc/jrc_op/V_i" },
    layout: "long",
    traceType: "float32",
    rename: { C: "c_gain" },
  }),
  features: () => ({
    ...jansenRit,
    paramGrid: [{ C: 68 }, { C: 135 }],
    paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
    inputs: { [u]: new Float64Array(50).fill(200) },
    outputs: [V, "jrc/jrc_op/V_i"],
    features: { V_e: ["mean", "std", "regime", { crossings: { level: 0 } }, { peakFrequency: { window: 16, overlap: 0.5 } }, count] },
    results: false,
    finalState: true,
  }),
  stochastic: () => ({
    ...jansenRit,
    paramGrid: { C: [68, 135], sd: [1, 2] },
    paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] }, sd: { vars: ["sd"], noise: [V] } },
    solver: { name: "stochastic-heun" },
    replicates: 2,
    noise: { [V]: { sd: 1, seed: 4, shared: false } },
    bounds: { [V]: [-1, 1] },
    pulses: { [V]: { at: [0.01, 0.02], by: 0.1 } },
    initialState: { [V]: 0.01 },
    history: {},
    inputs: { [u]: uniformNoise({ low: 120, high: 320, seed: 1995, shared: false, hold: 1e-3 }) },
    outputs: { V },
    workers: 0,
  }),
  adaptive: () => ({
    ...jansenRit,
    paramGrid: { C: [68, 135] },
    paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
    solver: { name: "rk45", rtol: 1e-5, atol: 1e-8, firstStep: 1e-4, maxStep: 1e-2, maxSteps: 10_000, interpolation: "linear" },
    inputs: { [u]: normalNoise({ mean: 220, sd: 60, seed: 7 }) },
    outputs: { V },
    certify: { tolerance: 0.01, points: 2, seed: 1, absolute: 0 },
  }),
  delayed: () => ({
    circuitTemplate: templatesFromYaml(delayed).net,
    paramGrid: { w: [0, 1], tau: [0.01, 0.02] },
    paramMap: {
      w: { vars: ["weight"], edges: [["a/op/x", "b/op/u"]] },
      tau: { vars: ["op/tau"], nodes: ["a"] },
    },
    simulationTime: 0.05,
    stepSize: 1e-3,
    history: { "a/op/x": 0.2 },
    inputs: { "b/op/u": ornsteinUhlenbeck({ mean: 0, sd: 0.1, tau: 0.01, seed: 3 }) },
    outputs: { x: "all/op/x" },
    solver: "rk4",
  }),
  network: () => ({
    circuitTemplate: connect("model_templates.neural_mass_models.jansenrit.JRC2", {
      ...{ source: "jrc_op/m", target: "jrc_op/m_in" },
      ...{
        weights: [
          [0, 1],
          [0.5, 0],
        ],
        delays: [
          [0, 0.002],
          [0.003, 0],
        ],
      },
    }),
    paramGrid: { c: [100, 135] },
    paramMap: { c: { vars: ["jrc_op/c"], nodes: ["all"] } },
    simulationTime: 0.05,
    stepSize: 1e-3,
    outputs: { V: "all/jrc_op/V_e" },
    precision: "float64",
    fastMath: false,
  }),
};
