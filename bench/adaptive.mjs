// How fast is an adaptive sweep beside one point after another in plain JavaScript, by Dormand and Prince's pair or by the package odex?
// What does it save that lanes with nothing to do are parted from?
import { gridSearch, trace } from "massgrid";
import { dormandPrince, jansenRit } from "./rivals/dormand-prince.mjs";
import odex from "./rivals/extrapolation.mjs";
import { minima, row, withPoints } from "./support/measure.mjs";

const POINTS = 1000;
const [rtol, atol, end, spacing] = [1e-6, 1e-9, 2, 1e-3];
const sweep = {
  ...withPoints(POINTS),
  ...{ simulationTime: end, stepSize: spacing, samplingStepSize: spacing, cutoff: 0 },
  outputs: { V: "jrc/jrc_op/V_e" },
  solver: { name: "rk45", rtol, atol },
};
const Cs = sweep.paramGrid.C;
const rows = Math.round(end / spacing);
/** Errors of steps of all three are bounded alike; they add up over some twenty periods. */
const AGREE = 1e-3;

/** V_e of all points, by our pair in plain JavaScript. */
function plain() {
  const at = { C: 0 };
  const solve = dormandPrince(8, jansenRit(at));
  const start = new Float64Array(8);
  return Array.from(Cs, (C) => {
    at.C = C;
    const out = new Float64Array(rows);
    solve(start, { end, spacing, rtol, atol, kept: 4, out });
    return out;
  });
}

/** V_e of some points by odex; every `every`-th, as it takes long. */
function extrapolated(every) {
  const at = { C: 0 };
  const f = jansenRit(at);
  const dy = new Array(8).fill(0);
  return Array.from(
    Cs.filter((_, i) => i % every === 0),
    (C) => {
      at.C = C;
      const out = new Float64Array(rows);
      const solver = new odex.Solver(8);
      Object.assign(solver, { denseOutput: true, denseComponents: [4], relativeTolerance: rtol, absoluteTolerance: atol, maxSteps: 1e6 });
      let row = 0;
      const keep = (_, __, to, y, dense) => {
        for (; row < rows && row * spacing <= to; row++) out[row] = row === 0 ? y[4] : dense(4, row * spacing);
      };
      solver.solve(
        (t, y) => {
          f(t, y, dy);
          return dy;
        },
        0,
        new Array(8).fill(0),
        end,
        keep,
      );
      return out;
    },
  );
}

function gap(a, b) {
  const size = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return a.reduce((most, value, k) => Math.max(most, Math.abs(value - b[k])), 0) / size;
}

/** Throws where rivals compute something else. */
async function compare(every) {
  const { results } = await gridSearch({ ...sweep, workers: 0 });
  const ours = Array.from(Cs, (_, i) => trace(results, `JRC2_${i}`, "V"));
  const others = extrapolated(every);
  const gaps = [plain().map((each, i) => gap(ours[i], each)), others.map((each, i) => gap(ours[i * every], each))].map((all) =>
    Math.max(...all),
  );
  if (!gaps.every((each) => each < AGREE)) throw new Error(`the rivals differ by ${gaps} of the largest value`);
}

/** Attempts that lanes would make if each went along until the slowest of its block is done, over those that they need. */
async function waiting(lanes) {
  const { resultsMap } = await gridSearch(sweep);
  const [accepted, rejected] = ["accepted", "rejected"].map((name) => resultsMap.getChild(name).toArray());
  const attempts = Array.from(accepted, (steps, i) => steps + rejected[i]);
  let together = 0;
  for (let first = 0; first < attempts.length; first += lanes) {
    const block = attempts.slice(first, first + lanes);
    together += Math.max(...block) * block.length;
  }
  return together / attempts.reduce((sum, each) => sum + each, 0);
}

export async function bench() {
  const every = 50;
  await compare(every);
  const rivals = {
    ours: () => gridSearch(sweep),
    alone: () => gridSearch({ ...sweep, workers: 0 }),
    plain,
    odex: () => extrapolated(every),
  };
  const best = await minima(rivals, { rounds: 5, warmup: 1 });
  const odexMs = best.odex * every;
  const ms = (value) => `${value.toFixed(0)} ms`;
  const what = "1 000 Jansen-Rit points, 2 s, rk45 at rtol 1e-6,";
  return [
    row(
      `${what} over one point after another in odex (every 50th point, times 50)`,
      `${ms(best.ours)} over ${ms(odexMs)}`,
      "≤ 1/20",
      best.ours / odexMs,
      0.05,
    ),
    row(
      "the same over a Dormand-Prince of our own in plain JavaScript, without allocation",
      `${ms(best.ours)} over ${ms(best.plain)}`,
      "",
      best.ours / best.plain,
    ),
    row("the same on the caller's thread alone", `${ms(best.alone)} over ${ms(best.plain)}`, "", best.alone / best.plain),
    row(
      "attempts if lanes waited for the slowest of 128, over those that they need: what parting saves at most",
      `${(await waiting(128)).toFixed(2)} times`,
      "",
    ),
  ];
}
