// Certificates of random sweeps against the truth. MASSGRID_CASES=200 runs two hundred, and prints how they compare.
import { env } from "node:process";
import { expect, test } from "vitest";
import { type Feature, gridSearch, trace } from "../../src/index.ts";
import { type RandomSweep, randomSweep } from "../support/random-sweeps.ts";

const CASES = Number(env.MASSGRID_CASES ?? 16);
/** Errors below this are those of rounding, and of the truth itself. */
const NOTHING = 1e-12;
const features: Feature[] = ["mean", "std", "min", "max", "range", "last"];

interface Compared {
  /** Name of the sweep, quantity and point. */
  what: string;
  /** Relative error by the certificate, and against dop853 at rtol 1e-12. */
  certified: number;
  truth: number;
}

/** Every quantity of a sweep's certificate, with its true error by the definition in docs/solvers.md. */
async function compared({ name, ...sweep }: RandomSweep): Promise<Compared[]> {
  const call = { ...sweep, features: Object.fromEntries(Object.keys(sweep.outputs).map((output) => [output, features])) };
  const own = await gridSearch({ ...call, certify: true });
  const exact = await gridSearch({ ...call, solver: { name: "dop853", rtol: 1e-12, atol: 1e-17, maxSteps: 3e7 } });
  const keys = Array.from(own.resultsMap.getChild("key") ?? [], String);
  const statuses = Array.from(exact.resultsMap.getChild("status") ?? [], String);
  const rows = own.certificate?.table.toArray().map((row) => row.toJSON()) ?? [];
  return rows.flatMap(({ key, quantity, error }) => {
    const [output, feature] = String(quantity).split("_");
    const point = keys.indexOf(String(key));
    if (statuses[point] !== "ok") return [];
    const [found, wanted] = [own, exact].map(({ results }) => trace(results, String(key), output));
    const { range, size } = extent(wanted);
    // What is at rest, within the floor that the certificate tells, is measured by its size.
    const floor = own.certificate?.floors.find((each) => each.output === output)?.floor ?? 0;
    const scale = range > floor ? range : size;
    const deviation = wanted.reduce((most, x, k) => Math.max(most, Math.abs(x - found[k])), 0);
    const [value, should] = [own, exact].map(({ resultsMap }) => Number(resultsMap.get(point)?.[String(quantity)]));
    const isLength = feature === "std" || feature === "range";
    const off = feature ? Math.abs(value - should) : deviation;
    // Nothing is known of digits beyond the tolerances of the truth itself.
    const truth = off < 1e-12 * Math.max(size, 0.1) ? 0 : off / (isLength && scale === range ? Math.abs(should) : scale);
    return [{ what: `${name}: ${String(quantity)} of ${String(key)}`, certified: Number(error), truth }];
  });
}

function extent(values: Float64Array): { range: number; size: number } {
  const low = values.reduce((least, x) => Math.min(least, x), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, x) => Math.max(most, x), Number.NEGATIVE_INFINITY);
  return { range: high - low, size: Math.max(Math.abs(low), Math.abs(high)) };
}

test(`certify: of ${CASES} random sweeps, no error is less than half of the truth, and nine of ten are at most ten times it`, {
  timeout: 30_000 * CASES,
}, async () => {
  const worst: Compared[] = [];
  const all: Compared[] = [];
  for (let seed = 0; seed < CASES; seed++) {
    const sweep = randomSweep(seed);
    const found = await compared(sweep);
    if (found.length === 0) continue;
    all.push(...found);
    const largest = (of: (each: Compared) => number) => found.reduce((most, each) => Math.max(most, of(each)), 0);
    worst.push({ what: sweep.name, certified: largest(({ certified }) => certified), truth: largest(({ truth }) => truth) });
  }
  const tooSmall = ({ certified, truth }: Compared) => !(certified >= truth / 2 - NOTHING);
  const tooLarge = ({ certified, truth }: Compared) => certified > 10 * truth + NOTHING;
  expect(all.filter(tooSmall)).toEqual([]);
  if (CASES > 16) {
    const share = (list: Compared[]) => `${list.filter(tooLarge).length} of ${list.length}`;
    console.log(`more than ten times the truth: ${share(all)} quantities, ${share(worst)} sweeps by their largest error`);
  }
  for (const list of [all, worst]) expect(list.filter(tooLarge).length).toBeLessThanOrEqual(list.length / 10);
});
