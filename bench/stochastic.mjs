// What does noise on a variable cost beside the deterministic scheme, on one thread, 128 Jansen-Rit points?
import { gridSearch, ornsteinUhlenbeck } from "massgrid";
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

export async function bench() {
  const plain = { euler: () => gridSearch({ ...sweep, solver: "euler" }), heun: () => gridSearch({ ...sweep, solver: "heun" }) };
  const noisy = Object.fromEntries(rivals.map(([name, , , options]) => [name, () => gridSearch({ ...sweep, ...options })]));
  const best = await minima({ ...plain, ...noisy }, { rounds: 20, warmup: 3 });
  const ns = (name) => `${((best[name] * 1e6) / POINTS / STEPS).toFixed(1)} ns`;
  return rivals.map(([name, than, limit]) => {
    return row(`${name}, a point and step, over ${than}`, `${ns(name)} over ${ns(than)}`, `≤ ${limit}`, best[name] / best[than], limit);
  });
}
