// Which error does each solver reach for Jansen-Rit, and in which time? Draws docs/work-precision.svg.
import { writeFileSync } from "node:fs";
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { gridSearch } from "massgrid";
import { minima, published } from "./support/measure.mjs";

const POINTS = 64;
const TIME = 1;
const outputs = { V: "jrc/jrc_op/V_e" };
const base = {
  ...published,
  paramGrid: { C: Float64Array.from({ length: POINTS }, (_, i) => 68 + (1282 * i) / (POINTS - 1)) },
  ...{ simulationTime: TIME, samplingStepSize: 1e-2, cutoff: 0, outputs, workers: 0 },
};
const steps = [1e-3, 5e-4, 2e-4, 1e-4, 5e-5, 2e-5];
const tolerances = [1e-3, 1e-5, 1e-7, 1e-9, 1e-11];
const fixed = ["euler", "heun", "rk4", "rk5"];
const adaptive = ["rk23", "rk45", "dop853"];

/** Every run of the diagram: solver, what it was told, and the call. */
const calls = [
  ...fixed.flatMap((solver) => steps.map((stepSize) => ({ solver, told: stepSize, call: { ...base, solver, stepSize } }))),
  ...adaptive.flatMap((name) =>
    tolerances
      .filter((rtol) => name !== "rk23" || rtol > 1e-9)
      .map((rtol) => ({ solver: name, told: rtol, call: { ...base, solver: { name, rtol, atol: rtol * 1e-3 }, stepSize: 1e-2 } })),
  ),
];

/** All traces of a sweep, one after the other. */
function traces(results) {
  return results.schema.fields.slice(1).map(({ name }) => results.getChild(name).toArray());
}

/** The largest deviation of any trace, as a share of its range. */
function error(found, wanted) {
  return Math.max(
    ...wanted.map((trace, i) => {
      const range = Math.max(...trace) - Math.min(...trace);
      return Math.max(...trace.map((value, k) => Math.abs(value - found[i][k]))) / range;
    }),
  );
}

let measured = [];

export async function bench() {
  const exact = { ...base, solver: { name: "dop853", rtol: 1e-13, atol: 1e-17 }, stepSize: 1e-2 };
  const wanted = traces((await gridSearch(exact)).results);
  const best = await minima(Object.fromEntries(calls.map(({ call }, i) => [i, () => gridSearch(call)])), { rounds: 12, warmup: 2 });
  measured = [];
  for (const [i, { solver, told, call }] of calls.entries()) {
    measured.push({ solver, told, ms: best[i], error: error(traces((await gridSearch(call)).results), wanted) });
  }
  draw(measured);
  return [];
}

function draw(rows) {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const shown = rows.filter(({ error: off }) => off < 3);
  const last = [...fixed, ...adaptive].map((solver) => shown.filter((each) => each.solver === solver).at(-1)).filter(Boolean);
  const svg = Plot.plot({
    document,
    ...{ width: 720, height: 460, marginLeft: 60, marginRight: 70, marginBottom: 45 },
    style: { background: "white", color: "black", fontFamily: "sans-serif", fontSize: "13px" },
    x: {
      type: "log",
      label: "largest error, share of a trace's range →",
      reverse: true,
      grid: true,
      tickFormat: (x) => x.toExponential(0),
      ticks: 7,
    },
    y: { type: "log", label: "↑ time of the sweep (ms)", grid: true, tickFormat: (y) => String(y) },
    color: { domain: [...fixed, ...adaptive], range: ["#0072b2", "#56b4e9", "#009e73", "#004d40", "#cc79a7", "#d55e00", "#7b3294"] },
    marks: [
      Plot.line(shown, { x: "error", y: "ms", stroke: "solver", strokeWidth: 1.8, strokeDasharray: null }),
      Plot.dot(shown, { x: "error", y: "ms", fill: "solver", r: 3 }),
      Plot.text(last, { x: "error", y: "ms", text: "solver", fill: "solver", dx: 8, dy: -6, textAnchor: "start", fontWeight: "bold" }),
    ],
  });
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const title = `<title>Jansen-Rit, ${POINTS} points, ${TIME} s, one thread: error and time of each solver</title>`;
  const text = svg.outerHTML.replace(/(<svg[^>]*>)/, `$1${title}<rect width="100%" height="100%" fill="white"/>`);
  writeFileSync(new URL("../docs/work-precision.svg", import.meta.url), `${text}\n`);
}

export function details() {
  const percent = (share) => (share > 10 ? "lost" : Number(share.toPrecision(2)).toString());
  return [
    "### Work and precision",
    "",
    `Jansen-Rit, ${POINTS} values of C, ${TIME} s, one thread: milliseconds, and the largest deviation of any trace as a share of its range`,
    "(from dop853 at rtol 1e-13). Drawn in docs/work-precision.svg.",
    "",
    "| solver | step, s, or rtol | ms | error |",
    "|---|---|---|---|",
    ...measured.map(({ solver, told, ms, error: off }) => `| ${solver} | ${told} | ${ms.toFixed(1)} | ${percent(off)} |`),
  ];
}
