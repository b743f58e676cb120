// One small sweep of each kind, for whichever build of the package is given: the sources in a test, dist/ in a process that is killed.

const templates = `
source_op: { base: OperatorTemplate, equations: "s' = k*s*(1 - s*s)", variables: { s: output(0.1), k: 0.3 } }
target_op: { base: OperatorTemplate, equations: "a' = u - a", variables: { a: output(0.0), u: input(0.0) } }
source: { base: NodeTemplate, operators: [source_op] }
target: { base: NodeTemplate, operators: [target_op] }
pair:
  base: CircuitTemplate
  nodes: { s: source, a: target }
  edges:
    - [s/source_op/s, a/target_op/u, null, { weight: 2.0, delay: 0.2 }]
`;

const jansenRit = {
  circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
  paramGrid: { C: [68, 128, 135, 270, 675, 1350] },
  paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
  simulationTime: 0.06,
  stepSize: 1e-3,
  samplingStepSize: 2e-3,
  cutoff: 0.01,
  outputs: { V: "jrc/jrc_op/V_e", m: "jrc/jrc_op/m" },
};

/** What moves states of Jansen and Rit's model: bounds, pulses, and a start of each point's own, by its name. */
const moves = {
  bounds: { "jrc/jrc_op/V_e": [0, 0.0125], "jrc/jrc_op/X_ein": [null, 1] },
  pulses: { "jrc/jrc_op/V_e": { at: [0.016, 0.03], by: 0.002 }, "all/jrc_op/V_i": { at: 0.03, by: [0.001] } },
  initialState: {
    key: Array.from({ length: 12 }, (_, point) => `JRC2_${point}`),
    "jrc/jrc_op/V_e": Array.from({ length: 12 }, (_, point) => 0.001 * point - 0.002),
    "jrc/jrc_op/V_i": -0,
  },
  finalState: true,
};

/** Kind → options of gridSearch; six points each, without where and how to store, lay out and run them. */
export function kindsOf({ connect, normalNoise, templatesFromYaml, uniformNoise }) {
  const u = "jrc/jrc_op/u";
  return {
    fixed: {
      ...jansenRit,
      inputs: { [u]: uniformNoise({ low: 120, high: 320, seed: 1995, shared: false }) },
      features: { V: ["mean", "std", "regime"], m: ["max"] },
      solver: "rk4",
    },
    fast: {
      ...jansenRit,
      inputs: { [u]: normalNoise({ mean: 220, sd: 60, seed: 8, shared: false }) },
      features: { V: ["mean", "range"], m: ["last"] },
      solver: "heun",
      fastMath: true,
    },
    single: {
      ...jansenRit,
      inputs: { [u]: uniformNoise({ low: 120, high: 320, seed: 9, shared: false }) },
      features: { V: ["mean", "range", "regime"], m: ["last"] },
      solver: "rk4",
      precision: "float32",
      traceType: "float32",
    },
    adaptive: {
      ...jansenRit,
      // No sampling step is a multiple of the step, and no step is one of the sampling step.
      stepSize: 7e-3,
      samplingStepSize: 3e-3,
      inputs: { [u]: normalNoise({ mean: 220, sd: 60, seed: 3 }) },
      features: { V: ["mean", { crossings: { level: 0.001 } }] },
      solver: { name: "rk45", rtol: 1e-7 },
    },
    stiff: {
      circuitTemplate: "model_templates.oscillators.vanderpol.vdp",
      paramGrid: { mu: [1, 10, 50, 100, 200, 500] },
      paramMap: { mu: { vars: ["vdp_op/mu"], nodes: ["p"] } },
      simulationTime: 3,
      stepSize: 0.1,
      outputs: { x: "p/vdp_op/x" },
      features: { x: ["mean", "maxima"] },
      solver: "rodas4",
    },
    stochastic: {
      ...jansenRit,
      noise: { [u]: { sd: 2, seed: 4, shared: false }, "jrc/jrc_op/X_ein": { sd: "0.05*jrc/jrc_op/X_ein" } },
      features: { V: ["mean", "std"] },
      solver: "euler-maruyama",
    },
    delayed: {
      circuitTemplate: templatesFromYaml(templates).pair,
      // Points whose delays are none, discrete, and gamma-distributed over chains of several lengths.
      paramGrid: { d: [0.2, 0, 0.4, 0.4, 0.3, 0.4], s: [0, 0, 0.1, 0.2, 0, 0.1] },
      paramMap: {
        d: { vars: ["delay"], edges: [["s/source_op/s", "a/target_op/u"]] },
        s: { vars: ["spread"], edges: [["s/source_op/s", "a/target_op/u"]] },
      },
      simulationTime: 2,
      stepSize: 0.05,
      outputs: { a: "a/target_op/a" },
      // What the equations say is of each point alone too: of its ordinary equations, of late ones, and of those of its chains.
      features: { a: ["mean", "last", "equilibria", "stability", "leadingEigenvalue"] },
      solver: "heun",
    },
    network: {
      circuitTemplate: connect(jansenRit.circuitTemplate, {
        source: "jrc_op/m",
        target: "jrc_op/m_in",
        weights: [
          [0, 0.5, 0.25],
          [1, 0, 0],
          [0.5, 0.5, 0],
        ],
      }),
      paramGrid: { C: [68, 128, 135, 270, 675, 1350] },
      paramMap: { C: { vars: ["jrc_op/c"], nodes: ["all"] } },
      simulationTime: 0.05,
      stepSize: 1e-3,
      inputs: { "all/jrc_op/u": normalNoise({ mean: 220, sd: 60, seed: 5, shared: false }) },
      outputs: { V: "all/jrc_op/V_e", sum: "jrc_0/jrc_op/V_e - jrc_1/jrc_op/V_i" },
      features: { V: ["mean"], sum: ["range"] },
      solver: "euler",
    },
    moved: {
      ...jansenRit,
      ...moves,
      noise: { "jrc/jrc_op/V_e": { sd: 0.02, seed: 4, shared: false } },
      features: { V: ["mean", "min"] },
      solver: "euler-maruyama",
    },
    "adaptive moved": {
      ...jansenRit,
      ...moves,
      paramGrid: { A: [0.001, 0, 0.002, -0.001, 0.003, 0.004] },
      paramMap: { A: { vars: ["by"], pulses: ["jrc/jrc_op/V_e"] } },
      features: { V: ["mean", "max"] },
      solver: "rk45",
    },
    complex: {
      circuitTemplate: "model_templates.oscillators.kuramoto.kmo_mf",
      paramGrid: { w: [1, 2, 5, 10, 15, 20] },
      paramMap: { w: { vars: ["kmo_op/omega"], nodes: ["p"] } },
      simulationTime: 1,
      stepSize: 0.02,
      outputs: { z: "p/kmo_op/z" },
      features: { z: ["mean"], "z.re": ["std"] },
      solver: "rk4",
    },
  };
}

/** Form → what a call adds for it. `directory` is where it is stored. */
export function formsOf(directory) {
  const store = { directory, shardPoints: 2 };
  return {
    wide: { layout: "wide", store },
    long: { layout: "long", store },
    "map only": { results: false, store },
    "store Arrow": { store: { ...store, format: "arrow" } },
    "store Parquet": { store: { ...store, format: "parquet" } },
  };
}
