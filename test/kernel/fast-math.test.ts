// fastMath by the package's door, in Node and in Chromium: one hash over all engines that fuse.
import { expect, test } from "vitest";
import { fixedSolvers, type GridSearchOptions, gridSearch, MassgridError, type SolverName, trace, uniformNoise } from "../../src/index.ts";

const sweep = (solver: SolverName): GridSearchOptions => ({
  circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
  paramGrid: { C: [68, 128, 135, 270, 675] },
  paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
  simulationTime: 1,
  stepSize: 1e-3,
  inputs: { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 1 }) },
  outputs: { V: "jrc/jrc_op/V_e" },
  solver,
  fastMath: true,
});

/** The first half of a SHA-256. */
async function hashOf(numbers: readonly number[]): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", Float64Array.from(numbers));
  return Array.from(new Uint8Array(digest).slice(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

test("fast-math: the same bits in every engine that fuses, by every solver of fixed steps", async (context) => {
  const numbers: number[] = [];
  for (const solver of Object.keys(fixedSolvers) as SolverName[]) {
    const found = await gridSearch(sweep(solver)).catch((error: unknown) => error);
    if (found instanceof MassgridError && found.code === "E_FAST_MATH") return context.skip("this engine does not fuse");
    if (found instanceof Error) throw found;
    const { results } = found as Awaited<ReturnType<typeof gridSearch>>;
    if (!results) throw new Error("the sweep kept no traces");
    for (let point = 0; point < 5; point++) for (const value of trace(results, `JRC2_${point}`, "V")) numbers.push(value);
  }
  expect(numbers.length).toBe(5 * 1000 * Object.keys(fixedSolvers).length);
  expect(await hashOf(numbers)).toBe("7598073236e25770");
});
