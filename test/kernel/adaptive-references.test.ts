// Adaptive solvers on every bundled circuit, against SciPy's solve_ivp on PyRates' right-hand sides (test/reference/circuits.json).
import type { Table } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { type AdaptiveSolverName, trace } from "../../src/index.ts";
import { type CircuitCase, circuitCases, run } from "../support/circuit-cases.ts";

/** Circuits with discrete delays are for fixed steps. */
const runs = circuitCases.filter(([, { runs }]) => "dop853_tight" in runs);
const delayed = circuitCases.filter(([, { runs }]) => !("dop853_tight" in runs)).map(([name]) => name);

/**
 * The largest deviation of any column from the reference's, as a share of the largest value of that column. What is below a thousand
 * times the absolute tolerance counts as none: rates of 1e-6 beside potentials of 70 have no more digits in the reference either.
 */
function worst(results: Table, key: string, { columns, data }: CircuitCase["runs"][string], atol: number): number {
  let most = 0;
  const compare = (output: string, wanted: readonly number[]) => {
    const found = trace(results, key, output);
    const size = wanted.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    wanted.forEach((value, k) => {
      const distance = Math.abs(found[k] - value);
      const off = distance < 1000 * atol ? 0 : distance / size;
      most = Number.isNaN(off) ? Number.POSITIVE_INFINITY : Math.max(most, off);
    });
  };
  columns.forEach((output, i) => {
    const column = data[i];
    if (Array.isArray(column)) compare(output, column);
    else {
      compare(`${output}.re`, column.re);
      compare(`${output}.im`, column.im);
    }
  });
  return most;
}

/** How far the reference is from steps of half a sample at 3e-14: it stepped over the jumps of its inputs, ours end there. */
const ownError: Record<string, number> = { qif_sfa: 7e-10, kmo_theta: 1.5e-10 };

async function deviationOf(each: CircuitCase, name: AdaptiveSolverName, tolerances: { rtol: number; atol: number }) {
  const firstStep = Number(each.runs.dop853_tight.meta.first_step);
  const { results, resultsMap } = await run(each, { name, firstStep, interpolation: "pyrates", ...tolerances });
  const { key, status, nfev } = resultsMap.get(0)?.toJSON() ?? {};
  expect(status).toBe("ok");
  return { off: worst(results, String(key), each.runs.dop853_tight, tolerances.atol), nfev: Number(nfev) };
}

test("all circuits of the references are here but those with discrete delays", () => {
  expect(runs.length).toBe(35);
  expect(delayed).toEqual(["tb_net10", "tb_net11", "tb_net12", "tb_net16"]);
});

describe.each(runs)("adaptive references: %s", (name, each) => {
  test("rk45 at 1e-10 is within 1e-8, dop853 at 1e-12 within 1e-10 of the tight reference", async () => {
    const rk45 = await deviationOf(each, "rk45", { rtol: 1e-10, atol: 1e-12 });
    const dop853 = await deviationOf(each, "dop853", { rtol: 1e-12, atol: 1e-14 });
    expect(rk45.off).toBeLessThan(1e-8);
    expect(dop853.off).toBeLessThan(1e-10 + (ownError[name] ?? 0));
    expect(dop853.nfev).toBeLessThanOrEqual(1.2 * Number(each.runs.dop853_tight.meta.nfev));
  });

  test("rk45 takes SciPy's steps at SciPy's tolerances", async () => {
    const { nfev } = await deviationOf(each, "rk45", { rtol: 1e-3, atol: 1e-6 });
    expect(nfev).toBeLessThanOrEqual(1.2 * Number(each.runs.rk45_default_tol.meta.nfev));
  });
});
