// Texts from which mutants are made: short ones, of all forms, so that what is damaged is near what it means.

const net = "node: { base: NodeTemplate, operators: [op] }\nnet: { base: CircuitTemplate, nodes: { a: node } }\n";

export const templates = [
  `op:
  base: OperatorTemplate
  equations: "x' = -x/tau + u^2*exp(-t)"
  variables: { x: variable(1.0), tau: 2.0, u: input }
${net}`,
  `op:
  base: OperatorTemplate
  equations: ["x' = (-x + u)/tau", "y = tanh(x)*sin(x) - min(x, 1.0)"]
  variables: { x: variable, y: output, u: input(0.5), tau: 0.1 }
twin: { base: EdgeTemplate, operators: [twin_op] }
twin_op: { base: OperatorTemplate, equations: "o = i*j", variables: { o: output, i: input, j: input } }
node: { base: NodeTemplate, operators: [op] }
net:
  base: CircuitTemplate
  nodes: { a: node, b: node }
  edges:
    - [a/op/y, b/op/u, twin, { weight: 2.0, twin/twin_op/i: source, twin/twin_op/j: b/op/y }]
    - [b/op/y, a/op/u, null, { weight: 1.0, delay: 0.5, spread: 0.2 }]
`,
  `op:
  base: OperatorTemplate
  equations: ["d/dt * x = -x(t-tau) + past(x, 2.0) - tau"]
  variables: { x: output(0.5), tau: 0.5 }
${net}base2: { base: op, equations: { replace: { tau: (tau+y) }, remove: [" - tau"], append: " + y", add: ["y = 2*x"] }, variables: { y: variable } }
pair: { base: CircuitTemplate, circuits: { a: net, b: net } }
`,
  `aliases: [&v { x: variable, k: 1+2j }, &e "x' = k*x"]
op: { base: OperatorTemplate, equations: [*e], variables: { <<: *v, x: variable(complex) } }
node: { base: NodeTemplate, operators: { op: { variables: { k: 2j } } } }
net: { base: CircuitTemplate, nodes: { a: node } }
`,
  `op:
  base: OperatorTemplate
  description: "A rate. Ranges: k [0, 1]. Units: x mV"
  equations: ["r' = (S - r)/tau", "S = 1.0/(1.0 + exp(-k*(u - theta)))", "z' = where(r > 0.5, 1.0, -z)"]
  variables: { r: output(0.1), S: variable, z: variable(0.0), tau: 10.0, k: 1.0, theta: 0.5, u: input }
node: { base: NodeTemplate, operators: [op] }
net:
  base: CircuitTemplate
  nodes: { a: node, b: node, c: node }
  edges:
    - { source: op/r, target: op/u, weights: [[0, 1, 2], [1, 0, 1], [0.5, 0.5, 0]], delays: [[0, 1, 2], [1, 0, 1], [0.5, 0.5, 0]] }
`,
];

const jansenRit = `circuitTemplate: model_templates.neural_mass_models.jansenrit.JRC2
paramMap: { C: { vars: [jrc_op/c], nodes: [jrc] } }
simulationTime: 0.05
stepSize: 1e-3
`;

export const specs = [
  `${jansenRit}samplingStepSize: 2e-3
cutoff: 0.01
paramGrid: { C: [68, 128, 135] }
inputs: { jrc/jrc_op/u: { uniformNoise: { low: 120, high: 320, seed: 1995 } } }
outputs: { V_pce: jrc/jrc_op/V_e, V_pci: jrc/jrc_op/V_i }
solver: euler
figure: { V: V_pce - V_pci }
`,
  `${jansenRit}paramGrid: { C: { linspace: [68, 1350, 5] } }
outputs: { V: jrc/jrc_op/V_e - jrc/jrc_op/V_i }
features: { V: [mean, std, { crossings: { level: 0 } }, { peakFrequency: { window: 16 } }] }
results: false
solver: { name: rk45, rtol: 1e-5, atol: 1e-8 }
bounds: { jrc/jrc_op/V_e: [-1, null] }
pulses: { jrc/jrc_op/V_e: { at: [0.01, 0.03], by: 0.1 } }
`,
  `${jansenRit}paramGrid: { C: [68, 135] }
permuteGrid: true
replicates: 3
inputs: { jrc/jrc_op/u: { file: samples.f64 } }
noise: { jrc/jrc_op/V_e: { sd: 0.001*jrc/jrc_op/V_e, seed: 3, shared: false } }
outputs: [jrc/jrc_op/V_e]
solver: euler-maruyama
initialState: { jrc/jrc_op/V_e: 0.01 }
finalState: true
layout: long
rename: { C: c_gain }
`,
  `circuitTemplate: model.yaml/net
paramGrid: { tau: { logspace: [-1, 1, 4] }, u: { uniformSample: { n: 4, low: 0, high: 1, seed: 2 } } }
paramMap: { tau: { vars: [op/tau], nodes: [a] }, u: { vars: [op/u], nodes: [all] } }
simulationTime: 1
stepSize: 0.01
outputs: { x: all/op/x }
certify: { tolerance: 0.01, points: 2 }
traceType: float32
`,
];
