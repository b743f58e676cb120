// A call is what its options are when it is made: what the caller does with its lists and objects afterwards has no effect.
import { describe, expect, test } from "vitest";
import { batchesToIPC, type Feature, gridSearch, plan, simulate, sweepBatches, tableToIPC } from "../../src/index.ts";

/** Options anew for each call, with lists wherever a call may have one. */
const made = () => ({
  circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
  paramGrid: { C: [68, 135], tau: new Float64Array([0.01, 0.012]) } as Record<string, number[] | Float64Array>,
  paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] }, tau: { vars: ["jrc_op/tau_e"], nodes: ["jrc"] } },
  ...{ simulationTime: 0.1, stepSize: 1e-3 },
  inputs: { "jrc/jrc_op/u": Float64Array.from({ length: 100 }, (_, i) => 100 + i) },
  outputs: ["jrc/jrc_op/V_e", "jrc/jrc_op/V_i"],
  features: { V_e: ["mean", { crossings: { level: 0.001 } }], V_i: ["std"] } as Record<string, Feature[]>,
  bounds: { "jrc/jrc_op/X_e": [-1, 1] as [number, number] },
  pulses: { "jrc/jrc_op/X_i": { at: [0.01, 0.02], by: [1e-4, 2e-4] } },
  initialState: { "jrc/jrc_op/X_e": [1e-3, 2e-3] },
  rename: { C: "connectivity" } as Record<string, string>,
});

/** Changes every list and every object in place, as far as it has any. */
function spoil(value: unknown): void {
  if (ArrayBuffer.isView(value)) new Uint8Array(value.buffer).fill(0);
  else if (Array.isArray(value)) {
    for (const item of value) spoil(item);
    value.length = 0;
  } else if (typeof value === "object" && value !== null) {
    for (const [name, item] of Object.entries(value)) {
      spoil(item);
      Reflect.deleteProperty(value, name);
    }
  }
}

const bytesOf = async (chunks: AsyncIterable<Uint8Array>) => {
  const all: number[] = [];
  for await (const chunk of chunks) for (const byte of chunk) all.push(byte);
  return all;
};

/** What comes of options that are changed as soon as a call is made. */
async function spoilt<Options extends object, Found>(options: Options, call: (options: Options) => Promise<Found>): Promise<Found> {
  const found = call(options);
  spoil(options);
  expect(Object.keys(options)).toEqual([]);
  return await found;
}

describe("as called: lists and objects may be changed once a call is made", () => {
  const asPoints = () => ({ ...made(), paramGrid: [{ C: 68, tau: 0.01 }, { C: 135, tau: 0.012 }] }); // biome-ignore format: a point a row
  test.each([
    ["columns", made],
    ["points", asPoints],
  ])("gridSearch, its grid as %s", async (_, options) => {
    const call = async (given: ReturnType<typeof options>) => {
      const { results, resultsMap } = await gridSearch(given);
      return [await tableToIPC(results), await tableToIPC(resultsMap)];
    };
    const wanted = await call(options());
    expect(await spoilt(options(), call)).toEqual(wanted);
    expect(wanted[1].length).toBeGreaterThan(500);
  });

  test("sweepBatches", async () => {
    const options = () => ({ ...made(), results: false as const });
    const call = (given: ReturnType<typeof options>) => bytesOf(batchesToIPC(sweepBatches(given)));
    const wanted = await call(options());
    const batches = sweepBatches(options());
    expect(await bytesOf(batchesToIPC(batches))).toEqual(wanted);
    const given = options();
    const late = sweepBatches(given);
    spoil(given);
    expect(await bytesOf(batchesToIPC(late))).toEqual(wanted);
  });

  test("plan and simulate", async () => {
    // How long it will take, in how many threads, and what room there is, is measured.
    const planned = async (given: ReturnType<typeof made>) => {
      const { seconds: _, workers: __, room: ___, ...rest } = await plan(given);
      return rest;
    };
    expect(await spoilt(made(), planned)).toEqual(await planned(made()));
    const run = () => {
      const { paramGrid: _, paramMap: __, features: ___, rename: ____, initialState: _____, ...rest } = made();
      return { ...rest, params: { "jrc/jrc_op/c": 100 }, initialState: { "jrc/jrc_op/X_e": 1e-3 } };
    };
    const call = async (given: ReturnType<typeof run>) => await tableToIPC(await simulate(given));
    expect(await spoilt(run(), call)).toEqual(await call(run()));
  });
});
