// How many steps does a core take with four features on, the whole call, beside C (gcc -O3 -march=native, libm) on one thread?
import { gridSearch, uniformNoise } from "massgrid";
import { compileC, timeC, variants } from "./rivals/c.mjs";
import { row, withPoints } from "./support/measure.mjs";

const POINTS = 640;
const STEPS = 10_000;
const ROUNDS = 40;

const sweep = (points, workers) => ({
  ...withPoints(points),
  ...{ simulationTime: 1, cutoff: 0, outputs: { V: "jrc/jrc_op/V_e" }, features: { V: ["mean", "std", "min", "max"] }, results: false },
  inputs: { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 1995 }) },
  workers,
});

/** ns of one core for a point and step of a whole call. */
async function time(workers) {
  const points = POINTS * Math.max(1, workers);
  const start = performance.now();
  await gridSearch(sweep(points, workers));
  return ((performance.now() - start) * 1e6 * Math.max(1, workers)) / STEPS / points;
}

export async function bench() {
  const programs = compileC();
  const best = {};
  const keep = (name, ns) => {
    best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, ns);
  };
  for (let round = -3; round < ROUNDS; round++) {
    const one = await time(0);
    const two = await time(2);
    const alone = [];
    for (const [variant, program] of programs) alone.push([variant, await timeC(program, 2)]);
    // As many programs as workers: what the cores share, they share in both.
    const both = programs.length > 0 ? Math.max(...(await Promise.all([0, 1].map(() => timeC(programs[0][1], 4))))) : Number.NaN;
    if (round < 0) continue;
    keep("one", one);
    keep("two", two);
    keep("both", both);
    for (const [variant, ns] of alone) keep(variant, ns);
  }
  const millions = (ns) => `${(1e3 / ns).toFixed(1)} million steps a second`;
  const speed = (question, ours, theirs, target) => {
    const met = target === undefined ? [""] : [`≤ 1/${target}`, best[ours] / best[theirs], 1 / target];
    if (met.length === 1) met.push(best[ours] / best[theirs]);
    return row(question, `${millions(best[ours])} over ${millions(best[theirs])}`, ...met);
  };
  if (programs.length === 0) return [row("four features, whole call, one thread (no C compiler here)", millions(best.one), "")];
  const told = (variant) => `four features, whole call, one thread, time of a step over that of C, ${variants[variant]}`;
  return [
    ...programs.map(([variant]) => speed(told(variant), "one", variant, variant === "1" ? 1.2 : undefined)),
    speed("the same on two workers, for each core, over two C programs at once, equations as written", "two", "both", 1.2),
  ];
}
