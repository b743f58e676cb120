// How fast is the whole gridSearch call of the published sweep, tables included, beside a plain typed JavaScript loop?
import { gridSearch, materialize, trace, uniformNoise } from "massgrid";
import { loop } from "./rivals/loop.mjs";
import { minima, published, row } from "./support/measure.mjs";

const PYRATES_MS = 2900;

export async function bench() {
  const noise = uniformNoise({ low: 120, high: 320, seed: 1995 });
  const samples = materialize(noise, 1, 100_000);
  const u = "jrc/jrc_op/u";
  const Cs = published.paramGrid.C;
  const { results } = await gridSearch({ ...published, inputs: { [u]: samples } });
  const twin = loop(Cs, samples);
  const gap = Math.max(...Cs.map((_, i) => Math.max(...twin[i].E.map((v, k) => Math.abs(v - trace(results, `JRC2_${i}`, "V_pce")[k])))));
  if (gap > 1e-12) throw new Error(`the rivals differ by ${gap} V`);
  const { call, withSource, plain } = await minima({
    call: () => gridSearch({ ...published, inputs: { [u]: samples } }),
    withSource: () => gridSearch({ ...published, inputs: { [u]: noise } }),
    plain: () => loop(Cs, samples),
  });
  return [
    row(
      "published sweep, whole call, over a plain JavaScript loop",
      `${call.toFixed(2)} ms over ${plain.toFixed(2)} ms`,
      "≤ 0.8",
      call / plain,
      0.8,
    ),
    row(
      "the same with noise made in the core",
      `${withSource.toFixed(2)} ms over ${plain.toFixed(2)} ms`,
      "≤ 0.8",
      withSource / plain,
      0.8,
    ),
    row(
      "the same over PyRates' 2.9 s (its own best run, another sitting)",
      `${Math.round(PYRATES_MS / call)} times faster`,
      "≥ 160 times",
      call / PYRATES_MS,
      1 / 160,
    ),
  ];
}
