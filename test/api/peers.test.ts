// Runs of docs/from-other-tools.md, beside the figures of the tools themselves.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type SimulateOptions, simulate } from "../../src/index.ts";

interface Peers {
  jansenRit: { times: number[]; runs: { tool: string; values: number[]; bound: number }[] };
  qif: { times: number[]; r: number[]; v: number[]; bound: number };
  neurolibWC: { exc: number[]; inh: number[] };
}

const peers: Peers = JSON.parse(readFileSync(new URL("../reference/peers.json", import.meta.url), "utf8"));
const page = readFileSync(new URL("../../docs/from-other-tools.md", import.meta.url), "utf8");

/** Largest distance of values from those of a tool. */
function distance(values: readonly number[], theirs: readonly number[]): number {
  return Math.max(...values.map((value, i) => Math.abs(value - theirs[i])));
}

/** What a run has at some times. */
async function at(times: readonly number[], outputs: Record<string, string>, rest: Omit<SimulateOptions, "outputs">) {
  const table = await simulate({ ...rest, outputs });
  const spacing = rest.samplingStepSize ?? rest.stepSize;
  const rows = times.map((time) => Math.round(time / spacing));
  return Object.keys(outputs).map((name) => rows.map((row) => Number(table.getChild(name)?.get(row))));
}

describe("api peers", () => {
  test.each(peers.jansenRit.runs)("Jansen-Rit, beside $tool", async ({ values, bound }) => {
    const [V] = await at(
      peers.jansenRit.times,
      { V: "jrc/jrc_op/V_e - jrc/jrc_op/V_i" },
      {
        circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
        ...{ simulationTime: 1.002, stepSize: 1e-4, samplingStepSize: 1e-3, solver: "rk4" },
      },
    );
    const inMillivolt = V.map((volt) => 1e3 * volt);
    expect(distance(inMillivolt, values)).toBeLessThan(bound);
    expect(page).toContain(values.join(" | "));
  });

  test("Montbrió-Pazó-Roxin, beside TVB", async () => {
    const { times, r, v, bound } = peers.qif;
    const [ours, voltages] = await at(
      times,
      { r: "p/qif_op/r", v: "p/qif_op/v" },
      {
        circuitTemplate: "model_templates.neural_mass_models.qif.qif",
        params: { "p/qif_op/I_ext": 3, "p/qif_op/r": 0.01, "p/qif_op/v": -2 },
        ...{ simulationTime: 10.01, stepSize: 0.001, samplingStepSize: 0.01, solver: "rk4" },
      },
    );
    expect(distance(ours, r)).toBeLessThan(bound);
    expect(distance(voltages, v)).toBeLessThan(bound);
    for (const value of r) expect(page).toContain(String(value));
  });

  test("neurolib's Wilson-Cowan: the page has its figures, and the program prints the same", () => {
    const { exc, inh } = peers.neurolibWC;
    for (const value of [...exc, ...inh]) expect(page.split(String(value)).length).toBe(3);
  });
});
