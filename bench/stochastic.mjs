// What does noise on a variable cost beside the deterministic scheme, on one thread, 128 Jansen-Rit points? And noise of a point's own on an
// input, over a constant input?
import { gridSearch, normalNoise, ornsteinUhlenbeck, uniformNoise } from "massgrid";
import { minima, row, withPoints } from "./support/measure.mjs";

const POINTS = 128;
const STEPS = 10_000;
const u = "jrc/jrc_op/u";
const X = "jrc/jrc_op/X_ein";
const process = { mean: 220, sd: 60, tau: 0.01 };
const sweep = { ...withPoints(POINTS), simulationTime: 1, cutoff: 0.99, workers: 0 };
const own = { sd: 2, seed: 1, shared: false };
const proportional = { sd: `0.01 * ${X}`, seed: 1, shared: false };

/** Name of a rival, what it is compared with, the most that it may cost, and its options. */
const rivals = [
  ["euler-maruyama without noise", "euler", 1.1, { solver: "euler-maruyama" }],
  [
    "euler-maruyama, white noise on the input, one path for all points",
    "euler",
    1.5,
    { solver: "euler-maruyama", noise: { [u]: { sd: 2 } } },
  ],
  ["the same, a path for each point", "euler", 3.5, { solver: "euler-maruyama", noise: { [u]: own } }],
  ["stochastic-heun, a path for each point", "heun", 3, { solver: "stochastic-heun", noise: { [u]: own } }],
  ["milstein, noise in proportion to a state, a path for each point", "euler", 5, { solver: "milstein", noise: { [X]: proportional } }],
  ["euler with an Ornstein-Uhlenbeck input, one for all points", "euler", 1.5, { inputs: { [u]: ornsteinUhlenbeck(process) } }],
  ["the same, one for each point", "euler", 3.5, { inputs: { [u]: ornsteinUhlenbeck({ ...process, shared: false }) } }],
];

/** Noise of a point's own on the input, and the most that it may cost over a constant input, in ns a point and step. */
const ownInputs = {
  uniform: uniformNoise({ low: 120, high: 320, seed: 1, shared: false }),
  normal: normalNoise({ mean: 220, sd: 50, seed: 1, shared: false }),
};
const MOST_NS = 5;

export async function bench() {
  const plain = { euler: () => gridSearch({ ...sweep, solver: "euler" }), heun: () => gridSearch({ ...sweep, solver: "heun" }) };
  const noisy = Object.fromEntries(rivals.map(([name, , , options]) => [name, () => gridSearch({ ...sweep, ...options })]));
  const inputs = Object.fromEntries(
    Object.entries(ownInputs).map(([name, noise]) => [name, () => gridSearch({ ...sweep, solver: "euler", inputs: { [u]: noise } })]),
  );
  const best = await minima({ ...plain, ...noisy, ...inputs }, { rounds: 20, warmup: 3 });
  const nsOf = (ms) => (ms * 1e6) / POINTS / STEPS;
  const ns = (name) => `${nsOf(best[name]).toFixed(1)} ns`;
  const overSchemes = rivals.map(([name, than, limit]) => {
    return row(`${name}, a point and step, over ${than}`, `${ns(name)} over ${ns(than)}`, `≤ ${limit}`, best[name] / best[than], limit);
  });
  const overConstant = Object.keys(ownInputs).map((name) => {
    const more = nsOf(best[name] - best.euler);
    const question = `${name} noise of a point's own on the input, a point and step, more than a constant input`;
    return row(question, `${more.toFixed(1)} ns`, `≤ ${MOST_NS} ns`, more / MOST_NS, 1);
  });
  return [...overSchemes, ...overConstant];
}
