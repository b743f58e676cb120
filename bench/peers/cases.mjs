// What every peer computes: the same equations, the same inputs, the same samples.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { materialize, uniformNoise } from "massgrid";

/** Jansen-Rit (JRC2) for a second: a step of 0.1 ms, V_e and V_i each ms. */
const run = { T: 1, h: 1e-4, every: 10, samples: 1000 };
const COLUMNS = 90;
const DELAYED_STEPS = 1000;

const connectivity = (points) => Array.from({ length: points }, (_, i) => 68 + (1282 * i) / Math.max(1, points - 1));

const spaced = (points) => points.toLocaleString("en").replace(",", " ");

function sweep(solver, points) {
  const question = `${spaced(points)} points, ${solver === "euler" ? "Euler" : "Heun"}`;
  return { kind: `sweep ${solver}`, question, points, given: { ...run, solver, C: connectivity(points) }, shape: [points, 2, run.samples] };
}

/** Without noise, which no adaptive solver could step over: a constant input of 220 pulses a second. */
function adaptive(points) {
  const given = { ...run, solver: "adaptive", C: connectivity(points), u: 220, rtol: 1e-6, atol: 1e-9 };
  return {
    kind: "adaptive",
    question: `${spaced(points)} points, adaptive, rtol 1e-6, atol 1e-9`,
    points,
    given,
    shape: [points, 2, run.samples],
  };
}

/** Columns, all to all, with delays of 1 to 20 ms; a step of 1 ms, for a second; the input of all columns is swept. */
function network(points) {
  const matrix = (value) => Array.from({ length: COLUMNS }, (_, i) => Array.from({ length: COLUMNS }, (_unused, j) => value(i, j)));
  const weights = matrix((i, j) => (i === j ? 0 : (0.02 * ((7 * i + 13 * j) % 11)) / COLUMNS));
  const delays = matrix((i, j) => 1 + ((5 * i + 3 * j) % 20));
  const u = Array.from({ length: points }, (_, i) => 200 + (40 * i) / Math.max(1, points - 1));
  const given = { weights, delays, u, h: 1e-3, steps: DELAYED_STEPS };
  const question = `${COLUMNS} columns, all to all with delays, ${points === 1 ? "1 point" : `${points} points`}`;
  return { kind: "network", question, points, given, shape: [points, COLUMNS, DELAYED_STEPS] };
}

/** All cases; those of a quick run are small. The noise goes to a file, so that all read the same numbers. */
export function casesOf({ quick, folder }) {
  const noise = join(folder, "noise.f64");
  const samples = materialize(uniformNoise({ low: 120, high: 320, seed: 1995 }), 1, run.samples * run.every);
  writeFileSync(noise, new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
  const sizes = quick ? [6, 64] : [6, 64, 1000, 3000];
  const all = [
    ...["euler", "heun"].flatMap((solver) => sizes.map((points) => sweep(solver, points))),
    ...(quick ? [64] : [64, 1000]).map(adaptive),
    ...(quick ? [1] : [1, 64]).map(network),
  ];
  return all.map((each) =>
    each.given.solver === "euler" || each.given.solver === "heun" ? { ...each, given: { ...each.given, noise } } : each,
  );
}
