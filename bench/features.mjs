// What do features cost beside a sweep that records nothing, on one thread?
import { gridSearch } from "massgrid";
import { minima, row, withPoints } from "./support/measure.mjs";

const POINTS = 64;
const TIME = 1;
const outputs = { V: "jrc/jrc_op/V_e" };
const four = ["mean", "std", "min", "max"];
const others = ["last", { crossings: { level: 0.01 } }, "regime", "peakFrequency"];

/** Milliseconds of the sweep, sampled every `every` steps, with no output and with each list of features: many short turns. */
async function costs(every, lists) {
  const sweep = { ...withPoints(POINTS), simulationTime: TIME, cutoff: 0, samplingStepSize: every * 1e-4, results: false };
  const rivals = { none: () => gridSearch({ ...sweep, outputs: {} }) };
  for (const [name, list] of Object.entries(lists)) rivals[name] = () => gridSearch({ ...sweep, outputs, features: { V: list } });
  return minima(rivals, { rounds: 150, warmup: 5 });
}

/** What a list costs, in ns for each sample and lane. */
function nanoseconds(best, name, every) {
  return ((best[name] - best.none) * 1e6) / ((POINTS * TIME * 1e4) / every);
}

export async function bench() {
  const singles = Object.fromEntries(others.map((each) => [typeof each === "string" ? each : Object.keys(each)[0], [each]]));
  const best = await costs(10, { four, ...singles, all: [...four, ...others, "range", "peakPower", "maxima"] });
  const each = await costs(1, { four });
  const ms = (of, name) => `${of[name].toFixed(2)} ms over ${of.none.toFixed(2)} ms`;
  const cost = nanoseconds(each, "four", 1) / four.length;
  return [
    row(
      "mean, std, min, max of one output, sampled every 10 steps, over no output",
      ms(best, "four"),
      "≤ 1.15",
      best.four / best.none,
      1.15,
    ),
    row("the same, sampled every step", `${ms(each, "four")}: ${cost.toFixed(2)} ns a sample, lane and feature`, "≤ 2 ns", cost / 2, 1),
    ...Object.keys(singles).map((name) =>
      row(
        `${name}, sampled every 10 steps, over no output`,
        `${ms(best, name)}: ${nanoseconds(best, name, 10).toFixed(1)} ns a sample`,
        "",
        best[name] / best.none,
      ),
    ),
    row("all features, sampled every 10 steps, over no output", ms(best, "all"), "", best.all / best.none),
  ];
}
