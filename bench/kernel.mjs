// What does one step of one lane cost in the kernel (JRC2, 64 lanes, one shared noise series), beside C with -O3 -march=native and libm?
// And what does a fused loop save, beside solver and model as two modules?
import { compileC, timeC, variants } from "./rivals/c.mjs";
import { kernelsOf } from "./support/kernels.mjs";
import { row, withPoints } from "./support/measure.mjs";

const LANES = 64;
const ROUNDS = 60;
const { uniformNoise } = await import(new URL("../build/lib/index.js", import.meta.url));

/** The sweep that the C program takes. */
const sweep = (solver) => ({
  ...withPoints(LANES),
  ...{ simulationTime: 1, cutoff: 0, solver },
  inputs: { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 1 }) },
});

export async function bench() {
  const kernels = { euler: await kernelsOf(sweep("euler"), LANES), heun: await kernelsOf(sweep("heun"), LANES) };
  const programs = compileC();
  const best = {};
  const keep = (name, ns) => {
    best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, ns);
  };
  for (let round = 0; round < ROUNDS; round++) {
    for (const [solver, ways] of Object.entries(kernels)) for (const [way, run] of Object.entries(ways)) keep(`${solver} ${way}`, run());
    for (const [variant, program] of programs) keep(variant, await timeC(program, 2));
  }
  const ns = (value) => `${value.toFixed(2)} ns`;
  const ours = best["euler loop"];
  const overC = programs.map(([variant]) => {
    const question = `kernel, 64 lanes, a lane and step, over C (gcc -O3 -march=native, libm), ${variants[variant]}`;
    const target = variant === "1" ? ["≤ 0.8", ours / best[variant], 0.8] : ["", ours / best[variant]];
    return row(question, `${ns(ours)} over ${ns(best[variant])}`, ...target);
  });
  const fused = Object.keys(kernels).map((solver) => {
    const [loop, seam] = [best[`${solver} loop`], best[`${solver} seam`]];
    return row(
      `${solver}, 64 lanes: a fused loop, over solver and model as two modules`,
      `${ns(loop)} over ${ns(seam)}`,
      "≤ 0.9",
      loop / seam,
      0.9,
    );
  });
  return [...(programs.length > 0 ? overC : [row("kernel, 64 lanes, a lane and step (no C compiler here)", ns(ours), "")]), ...fused];
}
