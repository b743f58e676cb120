// A point that overflows says when; its neighbours do not notice.
import { describe, expect, test } from "vitest";
import { gridSearch, trace } from "../../src/index.ts";
import { derivative, parameters, stateNames } from "../support/jansen-rit.ts";
import { vanDerPol } from "../support/models.ts";
import { bits, small } from "../support/sweep.ts";

/** tau_e far below the step makes Euler unstable: the point doubles its error many times a step. */
const bad = 1e-5;
const tau = { paramMap: { tau: { vars: ["jrc_op/tau_e"], nodes: ["jrc"] } }, simulationTime: 1 };

/** The time of the step after which the plain model is first not finite. */
function plainFailure(tau_e: number, h: number): number {
  let y = stateNames.map(() => 0);
  for (let i = 1; i < 1000; i++) {
    const dy = derivative(y, { ...parameters, tau_e });
    y = y.map((value, k) => value + h * dy[k]);
    if (!y.every(Number.isFinite)) return i * h;
  }
  return Number.NaN;
}

describe("divergence: a diverging point", () => {
  test("has its status and time in the map, and the others none", async () => {
    const { resultsMap } = await gridSearch(small({ ...tau, paramGrid: { tau: [0.01, bad, 0.012] } }));
    expect(Array.from(resultsMap.getChild("status") ?? [])).toEqual(["ok", "diverged", "ok"]);
    const failedAt = Array.from(resultsMap.getChild("failedAt") ?? []);
    expect([failedAt[0], failedAt[2]]).toEqual([null, null]);
    expect(Math.abs(Number(failedAt[1]) - plainFailure(bad, 1e-3))).toBeLessThan(2.5e-3);
    expect(resultsMap.getChild("failedAt")?.nullCount).toBe(2);
  });

  test.each([1, 62, 63, 64])("does not change a bit of its neighbours, at place %i of 130", async (place) => {
    const good = Array.from({ length: 130 }, (_, i) => 0.01 + i * 1e-5);
    const spoilt = good.map((value, i) => (i === place ? bad : value));
    const clean = await gridSearch(small({ ...tau, paramGrid: { tau: good } }));
    const mixed = await gridSearch(small({ ...tau, paramGrid: { tau: spoilt } }));
    good.forEach((_, i) => {
      if (i === place) return;
      expect(bits(trace(mixed.results, `JRC2_${i}`, "V_pce"))).toEqual(bits(trace(clean.results, `JRC2_${i}`, "V_pce")));
    });
    const statuses = Array.from(mixed.resultsMap.getChild("status") ?? []);
    expect(statuses.map((status, i) => (status === "diverged" ? i : -1)).filter((i) => i >= 0)).toEqual([place]);
  });

  test("all points may diverge; every NaN that is stored is the canonical one", async () => {
    const { results, resultsMap } = await gridSearch(small({ ...tau, paramGrid: { tau: [bad, bad / 2, bad / 3] } }));
    expect(new Set(resultsMap.getChild("status"))).toEqual(new Set(["diverged"]));
    const stored = ["V_pce", "V_pci"].flatMap((output) => [...bits(trace(results, "JRC2_1", output))]);
    const nans = stored.filter((word) => (word & 0x7fffffffffffffffn) > 0x7ff0000000000000n);
    expect(nans.length).toBeGreaterThan(0);
    expect(new Set(nans)).toEqual(new Set([0x7ff8000000000000n]));
  });

  test("is found in the last step too, and only in a state that was reached", async () => {
    const call = (simulationTime: number) =>
      gridSearch({
        circuitTemplate: vanDerPol(),
        paramGrid: { start: [1e200, 0] },
        paramMap: { start: { vars: ["vdp_op/x"], nodes: ["p"] } },
        simulationTime,
        stepSize: 1,
        outputs: { x: "p/vdp_op/x" },
      });
    // mu z (1 - x^2) with x = 1e200 is infinite after one step.
    const { resultsMap } = await call(1);
    expect(Array.from(resultsMap.getChild("failedAt") ?? [])).toEqual([1, null]);
  });
});
