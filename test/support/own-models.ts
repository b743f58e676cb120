// Models as a user of PyRates writes them by hand, each with its equations in plain TypeScript beside it.
import type { FixedSolverName } from "../../src/index.ts";

export interface OwnModel {
  name: string;
  yaml: string;
  /** The key that is swept, what it drives, and its values. */
  sweep: { vars: string[]; nodes: string[] } | { vars: string[]; edges: (string | number)[][] };
  values: number[];
  inputs?: Record<string, number>;
  /** Paths of the states, in the order of the plain equations. */
  states: string[];
  start: (p: number) => number[];
  slopes: (y: number[], t: number, p: number) => number[];
  solver: FixedSolverName;
  stepSize: number;
  steps: number;
}

const { exp, sin, tanh, cosh, PI } = Math;
const S = (v: number) => 5 / (1 + exp(0.56 * (6 - v)));

export const ownModels: OwnModel[] = [
  {
    name: "FitzHugh-Nagumo, in one operator",
    yaml: `
%YAML 1.2
---
fhn_op:
  base: OperatorTemplate
  label: FitzHugh-Nagumo
  equations:
    - "d/dt * v = v - v^3/3 - w + I_ext"
    - "d/dt * w = (v + a - b*w)/tau"
  variables:
    v: output(-1.0)
    w: variable(-0.5)
    I_ext: input(0.5)
    a: 0.7
    b: 0.8
    tau: 12.5
fhn_pop: {base: NodeTemplate, operators: [fhn_op]}
net: {base: CircuitTemplate, nodes: {p: fhn_pop}}`,
    sweep: { vars: ["fhn_op/I_ext"], nodes: ["p"] },
    values: [0, 0.5, 1.2],
    states: ["p/fhn_op/v", "p/fhn_op/w"],
    start: () => [-1, -0.5],
    slopes: ([v, w], _, I) => [v - (v * v * v) / 3 - w + I, (v + 0.7 - 0.8 * w) / 12.5],
    solver: "rk4",
    stepSize: 0.05,
    steps: 2000,
  },
  {
    name: "Morris-Lecar, with algebraic gates",
    yaml: `
ml_op:
  base: OperatorTemplate
  equations:
    - v' = (I - g_ca*m_inf*(v-E_ca) - g_k*w*(v-E_k) - g_l*(v-E_l))/C
    - w' = phi*(w_inf-w)*cosh((v-V3)/(2*V4))
    - m_inf = 0.5*(1+tanh((v-V1)/V2))
    - w_inf = 0.5*(1+tanh((v-V3)/V4))
  variables: {v: output(-40.0), w: variable(0.01), m_inf: variable, w_inf: variable, I: 90, g_ca: 4.4, g_k: 8, g_l: 2,
    E_ca: 120., E_k: -84., E_l: -60., C: 20, phi: 4e-2, V1: -1.2, V2: 18., V3: 2., V4: 30.}
cell: {base: NodeTemplate, operators: ml_op}
net: {base: CircuitTemplate, nodes: {c: cell}}`,
    sweep: { vars: ["ml_op/I"], nodes: ["c"] },
    values: [40, 90.5, 150],
    states: ["c/ml_op/v", "c/ml_op/w"],
    start: () => [-40, 0.01],
    slopes: ([v, w], _, I) => {
      const m = 0.5 * (1 + tanh((v + 1.2) / 18));
      const k = 0.5 * (1 + tanh((v - 2) / 30));
      return [(I - 4.4 * m * (v - 120) - 8 * w * (v + 84) - 2 * (v + 60)) / 20, 0.04 * (k - w) * cosh((v - 2) / 60)];
    },
    solver: "heun",
    stepSize: 0.05,
    steps: 2000,
  },
  {
    name: "Jansen and Rit's column from operators that are based on each other",
    yaml: `
psp:
  base: OperatorTemplate
  equations: ["d/dt * v = z", "d/dt * z = H*(r + u)/tau - 2*z/tau - v/tau^2"]
  variables: {v: output, z: variable, r: input, u: input, H: 3.25, tau: 0.01}
psp_e: {base: psp, equations: {replace: {"(r + u)": r}}}
psp_in: {base: psp}
psp_i: {base: psp_e, variables: {H: -22.0, tau: 0.02}}
fire: {base: OperatorTemplate, equations: "m = m_max/(1. + exp(s*(v_0 - v)))", variables: {m: output, v: input, m_max: 5., s: 0.56, v_0: 6.}}
pyramidal: {base: NodeTemplate, operators: [psp_in, psp_i, fire]}
inter: {base: NodeTemplate, operators: {psp_e: , fire: }}
net:
  base: CircuitTemplate
  nodes: {pc: pyramidal, e: inter, i: inter}
  edges:
    - [pc/fire/m, e/psp_e/r, null, {weight: 135.}]
    - [pc/fire/m, i/psp_e/r, null, {weight: 33.75}]
    - [e/fire/m, pc/psp_in/r, null, {weight: 108.}]
    - [i/fire/m, pc/psp_i/r, null, {weight: 33.75}]`,
    sweep: { vars: ["psp_in/u"], nodes: ["pc"] },
    values: [0, 120, 220],
    states: ["psp_in/v", "psp_in/z", "psp_i/v", "psp_i/z"]
      .map((path) => `pc/${path}`)
      .concat(...["e", "i"].map((node) => [`${node}/psp_e/v`, `${node}/psp_e/z`])),
    start: () => [0, 0, 0, 0, 0, 0, 0, 0],
    slopes: ([v, z, vi, zi, ve, ze, vn, zn], _, u) => [
      ...[z, (3.25 * (108 * S(ve) + u)) / 0.01 - (2 * z) / 0.01 - v / 1e-4],
      ...[zi, (-22 * 33.75 * S(vn)) / 0.02 - (2 * zi) / 0.02 - vi / 4e-4],
      ...[ze, (3.25 * 135 * S(v + vi)) / 0.01 - (2 * ze) / 0.01 - ve / 1e-4],
      ...[zn, (3.25 * 33.75 * S(v + vi)) / 0.01 - (2 * zn) / 0.01 - vn / 1e-4],
    ],
    solver: "euler",
    stepSize: 1e-4,
    steps: 3000,
  },
  {
    name: "two pools that decide, with a weight that is swept",
    yaml: `
ww:
  base: OperatorTemplate
  equations:
    - S' = -S/tau_s + (1 - S)*gamma*H
    - H = (a*x - b)/(1 - exp(-d*(a*x - b)))
    - x = J_in*s_in + I_0 + I_ext
  variables: {S: output(0.1), H: variable, x: variable, s_in: input, I_0: 0.3255, I_ext: input, J_in: 1.0, tau_s: 0.1,
    gamma: 0.641, a: 270.0, b: 108.0, d: 0.154}
pool: {base: NodeTemplate, operators: [ww]}
net:
  base: CircuitTemplate
  nodes: {l: pool, r: pool}
  edges:
    - {source: l/ww/S, target: l/ww/s_in, template: null, variables: {weight: 0.2609}}
    - {source: r/ww/S, target: r/ww/s_in, template: null, variables: {weight: 0.2609}}
    - [l/ww/S, r/ww/s_in, null, {weight: -0.0497}]
    - [r/ww/S, l/ww/s_in, null, {weight: -0.0497}]`,
    sweep: {
      vars: ["weight"],
      edges: [
        ["l/ww/S", "r/ww/s_in"],
        ["r/ww/S", "l/ww/s_in"],
      ],
    },
    values: [0, -0.0497, -0.2],
    inputs: { "l/ww/I_ext": 0.02 },
    states: ["l/ww/S", "r/ww/S"],
    start: () => [0.1, 0.1],
    slopes: ([l, r], _, w) => {
      const H = (x: number) => (270 * x - 108) / (1 - exp(-0.154 * (270 * x - 108)));
      const change = (s: number, other: number, I: number) => -s / 0.1 + (1 - s) * 0.641 * H(0.2609 * s + w * other + 0.3255 + I);
      return [change(l, r, 0.02), change(r, l, 0)];
    },
    solver: "euler",
    stepSize: 1e-3,
    steps: 1500,
  },
  {
    name: "a Hopf oscillator of complex numbers",
    yaml: `
hopf: {base: OperatorTemplate, equations: ["z' = z*(a + 1j*omega - absv(z)^2) + c*conj(z)"],
  variables: {z: output(0.1+0.2j), a: 0.2, omega: 2.0, c: 0.0+0.1j}}
n: {base: NodeTemplate, operators: [hopf]}
net: {base: CircuitTemplate, nodes: {p: n}}`,
    sweep: { vars: ["hopf/a"], nodes: ["p"] },
    values: [-0.5, 0.2, 1],
    states: ["p/hopf/z.re", "p/hopf/z.im"],
    start: () => [0.1, 0.2],
    slopes: ([x, y], _, a) => {
      const r2 = x * x + y * y;
      return [x * (a - r2) - 2 * y + 0.1 * y, y * (a - r2) + 2 * x + 0.1 * x];
    },
    solver: "rk4",
    stepSize: 0.01,
    steps: 1000,
  },
  {
    name: "a ring of phases whose edges have operators",
    yaml: `
phase: {base: OperatorTemplate, equations: "d/dt * theta = 2*pi*f + s", variables: {theta: output(0.0), f: 1.0, s: input}}
fast: {base: phase, variables: {f: 1.5, theta: output(1.0)}}
pull: {base: OperatorTemplate, equations: ["s_out = sin(th_s - th_t - alpha)"], variables: {s_out: output, th_s: input, th_t: input, alpha: 0.3}}
pull_edge: {base: EdgeTemplate, operators: [pull]}
slow_node: {base: NodeTemplate, operators: [phase]}
fast_node: {base: NodeTemplate, operators: [fast]}
net:
  base: CircuitTemplate
  nodes: {a: slow_node, b: fast_node}
  edges:
    - [a/phase/theta, b/fast/s, pull_edge, {weight: 2.0, pull_edge/pull/th_s: source, pull_edge/pull/th_t: b/fast/theta}]
    - [b/fast/theta, a/phase/s, pull_edge, {weight: 3.0, pull/alpha: 0.0, pull_edge/pull/th_s: source, pull_edge/pull/th_t: a/phase/theta}]`,
    sweep: { vars: ["pull/alpha"], edges: [["a/phase/theta", "b/fast/s"]] },
    values: [0, 0.3, 1.5],
    states: ["a/phase/theta", "b/fast/theta"],
    start: () => [0, 1],
    slopes: ([a, b], _, alpha) => [2 * PI * 1 + 3 * sin(b - a), 2 * PI * 1.5 + 2 * sin(a - b - alpha)],
    solver: "heun",
    stepSize: 1e-3,
    steps: 2000,
  },
  {
    name: "a piecewise seizure model, with comparisons and the time",
    yaml: `
ep:
  base: OperatorTemplate
  equations:
    - >
      d/dt * x1 = y1 - (x1 < 0)*(x1^3 - 3*x1^2)
      - (x1 >= 0)*(x2 - 0.6*(z - 4)^2)*x1 - z + I1
    - "d/dt * y1 = 1 - 5*x1^2 - y1"
    - "d/dt * z = r*(4*(x1 - x0) - z)"
    - "d/dt * x2 = -y2 + x2 - x2^3 + I2 + 0.3*maxi(sin(t), 0.0)"
    - |
      d/dt * y2 = (-y2 + (x2 >= -0.25)*6*(x2 + 0.25))
          /tau
  variables: {x1: output(-1.6), y1: variable(-13.0), z: variable(3.0), x2: variable(-1.0), y2: variable, x0: -1.6, r: 1e-2,
    tau: 10.0, I1: 3.1, I2: 0.45}
n: {base: NodeTemplate, operators: [ep]}
net: {base: CircuitTemplate, nodes: {p: n}}`,
    sweep: { vars: ["ep/x1"], nodes: ["p"] },
    values: [-1.6, 0, 0.5],
    states: ["x1", "y1", "z", "x2", "y2"].map((name) => `p/ep/${name}`),
    start: (x1) => [x1, -13, 3, -1, 0],
    slopes: ([x1, y1, z, x2, y2], t) => [
      y1 - (x1 < 0 ? x1 ** 3 - 3 * x1 ** 2 : 0) - (x1 >= 0 ? (x2 - 0.6 * (z - 4) ** 2) * x1 : 0) - z + 3.1,
      1 - 5 * x1 ** 2 - y1,
      0.01 * (4 * (x1 + 1.6) - z),
      -y2 + x2 - x2 ** 3 + 0.45 + 0.3 * Math.max(sin(t), 0),
      (-y2 + (x2 >= -0.25 ? 6 * (x2 + 0.25) : 0)) / 10,
    ],
    solver: "euler",
    stepSize: 0.005,
    steps: 2000,
  },
];
