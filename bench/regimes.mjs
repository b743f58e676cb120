// How often is noise without a rhythm called one, and the alpha rhythm of a Jansen-Rit column not? 1,000 runs of each.
import { gridSearch, uniformNoise } from "massgrid";
import { kinds, numbersOf, spikeTrain } from "./support/filtered-noise.mjs";
import { published, row } from "./support/measure.mjs";

const load = (file) => import(new URL(`../build/lib/${file}.js`, import.meta.url));

const RUNS = 1000;
const LENGTHS = [500, 2000, 9000];
const PERCENT = 1;
/** Points of the published sweep with noise, and what they are. */
const columns = [
  { C: 133.74, h_i: 0.01862, wanted: "rhythm" },
  { C: 133.74, h_i: 0.02031, wanted: "rhythm" },
  { C: 133.74, h_i: 0.022, wanted: "rhythm" },
  { C: 135, h_i: 0.022, wanted: "rhythm" },
  { C: 68, h_i: 0.022, wanted: "noise-driven" },
];
const trains = [5, 100].flatMap((spikes) => [1, 4].map((shape) => ({ spikes, shape })));
const found = [];

/** How many of some labels there are, in percent. */
function percentages(labels) {
  const counts = { rhythm: 0, "noise-driven": 0, undecided: 0 };
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).map(([label, count]) => [label, (100 * count) / labels.length]));
}

/** The labels of traces that noise has made. */
async function labelsOf(traces) {
  const { Regimes } = await load("reduce/regime");
  const series = { variable: 0, lanes: 1, sampleCount: traces[0].length, samplingStep: 1, isRandom: () => true };
  return traces.map((trace) => {
    const regimes = new Regimes(series, { absolute: 1e-12, relative: 1e-6, prominence: 0.05, distinct: 0.02 });
    regimes.add({ first: 0, samples: trace.length, variables: 1, n: 1, data: trace });
    return regimes.finish().regime[0];
  });
}

/** The labels of V_e - V_i of one column, with noise of its own in each run. */
async function columnLabels({ C, h_i }) {
  const { resultsMap } = await gridSearch({
    ...published,
    paramGrid: { C: [C], h_i: [h_i] },
    paramMap: { ...published.paramMap, h_i: { vars: ["jrc_op/h_i"], nodes: ["jrc"] } },
    inputs: { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 1995 }) },
    outputs: { V: "jrc/jrc_op/V_e - jrc/jrc_op/V_i" },
    features: { V: ["regime"] },
    replicates: RUNS,
    results: false,
  });
  return Array.from(resultsMap.getChild("V_regime"));
}

function noted(what, samples, labels) {
  const shares = percentages(labels);
  found.push({ what, samples, shares });
  return shares;
}

export async function bench() {
  let worst = 0;
  for (const [kind, make] of Object.entries(kinds)) {
    for (const samples of LENGTHS) {
      const numbers = numbersOf(samples);
      const shares = noted(kind, samples, await labelsOf(Array.from({ length: RUNS }, () => make(samples, numbers))));
      worst = Math.max(worst, shares.rhythm);
    }
  }
  const missed = [];
  for (const column of columns) {
    const shares = noted(`Jansen-Rit, C ${column.C}, h_i ${column.h_i}`, 9000, await columnLabels(column));
    missed.push(100 - shares[column.wanted]);
  }
  for (const { spikes, shape } of trains) {
    const numbers = numbersOf(spikes + shape);
    const traces = Array.from({ length: RUNS }, () => spikeTrain(4000, numbers, { mean: 4000 / spikes, shape }));
    noted(`${spikes} spikes on average, of a ${shape === 1 ? "Poisson" : `gamma (${shape})`} process`, 4000, await labelsOf(traces));
  }
  const misses = Math.max(...missed);
  return [
    row("noise without a rhythm that is called one, the worst of all kinds and lengths", `${worst} %`, "≤ 1 %", worst / PERCENT, 1),
    row("Jansen-Rit columns with another regime than theirs, the worst of five", `${misses} %`, "≤ 1 %", misses / PERCENT, 1),
  ];
}

/** What was found of each kind. */
export function details() {
  const lines = found.map(({ what, samples, shares }) => {
    const cells = ["rhythm", "noise-driven", "undecided"].map((label) => shares[label].toFixed(1));
    return `| ${[what, samples, ...cells].join(" | ")} |`;
  });
  return [`| ${RUNS} runs each | samples | rhythm, % | noise-driven, % | undecided, % |`, "|---|---|---|---|---|", ...lines];
}
