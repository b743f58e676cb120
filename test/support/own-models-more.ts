// More models as a user writes them by hand: large operators, many nodes, delays.
import type { OwnModel } from "./own-models.ts";

const { exp, tanh, log } = Math;
const rate = (v: number) => 1 / (1 + exp(-v));

export const moreModels: OwnModel[] = [
  {
    name: "Hodgkin and Huxley's axon",
    yaml: `
hh:
  base: OperatorTemplate
  description: |
    The giant axon of the squid.
    Units: V mV, I 1
  equations:
    - V' = (I - g_na*m^3*h*(V - E_na) - g_k*n**4*(V - E_k) - g_l*(V - E_l))/C_m
    - m' = (1-m)*0.1*(V+40)/(1-exp(-(V+40)/10)) - m*4*exp(-(V+65)/18)
    - h' = (1-h)*0.07*exp(-(V+65)/20) - h/(1+exp(-(V+35)/10))
    - n' = (1-n)*0.01*(V+55)/(1-exp(-(V+55)/10)) - n*0.125*exp(-(V+65)/80)
  variables: {V: output(-65.0), m: variable(0.053), h: variable(0.596), n: variable(0.318), I: input(10.0), g_na: 120., g_k: 36.,
    g_l: 0.3, E_na: 50., E_k: -77., E_l: -54.387, C_m: 1.}
axon: {base: NodeTemplate, operators: [hh]}
net: {base: CircuitTemplate, nodes: {x: axon}}`,
    sweep: { vars: ["hh/I"], nodes: ["x"] },
    values: [0, 7, 10],
    states: ["V", "m", "h", "n"].map((name) => `x/hh/${name}`),
    start: () => [-65, 0.053, 0.596, 0.318],
    slopes: ([V, m, h, n], _, I) => [
      I - 120 * m ** 3 * h * (V - 50) - 36 * n ** 4 * (V + 77) - 0.3 * (V + 54.387),
      ((1 - m) * 0.1 * (V + 40)) / (1 - exp(-(V + 40) / 10)) - m * 4 * exp(-(V + 65) / 18),
      (1 - h) * 0.07 * exp(-(V + 65) / 20) - h / (1 + exp(-(V + 35) / 10)),
      ((1 - n) * 0.01 * (V + 55)) / (1 - exp(-(V + 55) / 10)) - n * 0.125 * exp(-(V + 65) / 80),
    ],
    solver: "rk4",
    stepSize: 0.02,
    steps: 1500,
  },
  {
    name: "columns in circuits, each a circuit of two",
    yaml: `
aliases:
  - &slow {tau: 20.0, u: input(0.2)}
li: {base: OperatorTemplate, equations: "r' = (-r + sigmoid(w_s*x + u))/tau", variables: {r: output(0.1), x: input, u: input, tau: 10.0, w_s: 1.0}}
e_pop: {base: NodeTemplate, operators: [li]}
i_pop: {base: NodeTemplate, operators: {li: {<<: *slow, w_s: 0.5}}}
column: {base: CircuitTemplate, nodes: {e: e_pop, i: i_pop}, edges: [[e/li/r, i/li/x, null, {weight: 4.0}], [i/li/r, e/li/x, null, {weight: -3.0}]]}
pair: {base: CircuitTemplate, circuits: {a: column, b: column}, edges: [[a/e/li/r, b/e/li/x, null, {weight: 2.0}]]}
net: {base: CircuitTemplate, circuits: {one: pair, lone: column}, edges: [[one/b/e/li/r, lone/i/li/x, null, {weight: 0.5}]]}`,
    sweep: { vars: ["li/tau"], nodes: ["one/a/e"] },
    values: [5, 10, 40],
    states: ["lone/e", "lone/i", "one/a/e", "one/a/i", "one/b/e", "one/b/i"].map((node) => `${node}/li/r`),
    start: () => [0.1, 0.1, 0.1, 0.1, 0.1, 0.1],
    slopes: ([le, li, ae, ai, be, bi], _, tau) => [
      (-le + rate(-3 * li)) / 10,
      (-li + rate(0.5 * (4 * le + 0.5 * be) + 0.2)) / 20,
      (-ae + rate(-3 * ai)) / tau,
      (-ai + rate(0.5 * 4 * ae + 0.2)) / 20,
      (-be + rate(-3 * bi + 2 * ae)) / 10,
      (-bi + rate(0.5 * 4 * be + 0.2)) / 20,
    ],
    solver: "heun",
    stepSize: 0.1,
    steps: 1000,
  },
  {
    name: "a chain of stages for a delay with a spread",
    yaml: `
li: {base: OperatorTemplate, equations: "r' = (eta - r)/tau + tanh(x)", variables: {r: output(0.2), x: input, tau: 2.0, eta: 1.0}}
n: {base: NodeTemplate, operators: [li]}
net:
  base: CircuitTemplate
  nodes: {a: n, b: n}
  edges:
    - [a/li/r, b/li/x, null, {weight: -2.0, delay: 0.4, spread: 0.2}]
    - [b/li/r, a/li/x, null, {weight: 1.5}]`,
    sweep: { vars: ["weight"], edges: [["a/li/r", "b/li/x"]] },
    values: [-2, 0, 1],
    states: ["a/li/r", "b/li/r"],
    start: () => [0.2, 0.2, 0, 0, 0, 0],
    slopes: ([a, b, z1, z2, z3, z4], _, w) => [
      (1 - a) / 2 + tanh(1.5 * b),
      (1 - b) / 2 + tanh(w * z4),
      ...[10 * (a - z1), 10 * (z1 - z2), 10 * (z2 - z3), 10 * (z3 - z4)],
    ],
    solver: "euler",
    stepSize: 0.01,
    steps: 1000,
  },
  {
    name: "depression and facilitation at a synapse, several operators on a node",
    yaml: `
rate_op: {base: OperatorTemplate, equations: ["d/dt * r = (-r + absv(I + g*syn))/tau"], variables: {r: output(1.0), I: input(5.0), syn: input, g: 0.2, tau: 0.02}}
stp:
  base: OperatorTemplate
  equations: ["x' = (1 - x)/tau_x - u*x*r", "u' = (U - u)/tau_u + U*(1 - u)*r", "syn = u*x*r"]
  variables: {x: variable(1.0), u: variable(0.2), syn: output, r: input, tau_x: 0.2, tau_u: 1.5, U: 0.2}
stp_slow: {base: stp, equations: {replace: {tau_x: (tau_x*slow)}}, variables: {slow: 2.0}}
n: {base: NodeTemplate, operators: [rate_op, stp_slow]}
net: {base: CircuitTemplate, nodes: {p: n}}`,
    sweep: { vars: ["stp_slow/U", "stp_slow/u"], nodes: ["p"] },
    values: [0.1, 0.2, 0.5],
    inputs: { "p/rate_op/I": 8 },
    states: ["rate_op/r", "stp_slow/x", "stp_slow/u"].map((path) => `p/${path}`),
    start: (U) => [1, 1, U],
    slopes: ([r, x, u], _, U) => [(-r + Math.abs(8 + 0.2 * u * x * r)) / 0.02, (1 - x) / 0.4 - u * x * r, (U - u) / 1.5 + U * (1 - u) * r],
    solver: "rk4",
    stepSize: 1e-3,
    steps: 2000,
  },
  {
    name: "logarithms, roots and powers of one's own",
    yaml: `
odd: {base: OperatorTemplate, equations: ["x' = -ln(x + 1.0)*x**0.5 + log(y, 2.0) + sqrt(x)^-y**2", "y' = -mini(y, x)/E + arctan(x)^2/pi"],
  variables: {x: {vtype: state_var, dtype: float, shape: [1], value: 2.0}, y: {default: output(1.5)}}}
n: {base: NodeTemplate, operators: [odd]}
net: {base: CircuitTemplate, nodes: {p: n}}`,
    sweep: { vars: ["odd/x"], nodes: ["p"] },
    values: [0.5, 1, 2],
    states: ["p/odd/x", "p/odd/y"],
    start: (x) => [x, 1.5],
    slopes: ([x, y]) => [
      -log(x + 1) * x ** 0.5 + log(y) / log(2) + Math.sqrt(x) ** -(y ** 2),
      -Math.min(y, x) / Math.E + Math.atan(x) ** 2 / Math.PI,
    ],
    solver: "rk4",
    stepSize: 0.001,
    steps: 200,
  },
];
