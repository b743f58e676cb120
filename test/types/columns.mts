// Columns that the options say, with Arrow's types.
import type { Float32, Float64, Int32, Table, Utf8, Vector } from "apache-arrow";
import { gridSearch, simulate, sobol, sweepBatches, trace } from "massgrid";

/** That two types are the same. */
function same<A, B>(_equal: [A] extends [B] ? ([B] extends [A] ? true : false) : false): void {}

const call = {
  circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
  paramGrid: { C: [68, 135] },
  paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
  simulationTime: 1,
  stepSize: 1e-4,
  outputs: { V_pce: "jrc/jrc_op/V_e", V: "all/jrc_op/V_e" },
};

const { results, resultsMap } = await gridSearch({
  ...call,
  features: { V: ["mean", "regime", { crossings: { level: 1 } }] },
  replicates: 2,
});
const key: Vector<Utf8> | null = resultsMap.getChild("key");
const grid: Vector<Float64> | null = resultsMap.getChild("C");
const values: Float64Array | undefined = resultsMap.getChild("V_mean")?.toArray();
same<typeof grid, ReturnType<typeof resultsMap.getChild<"C">>>(true);
const label: string | null | undefined = resultsMap.getChild("V_regime")?.get(0);
const crossings: number | null | undefined = resultsMap.getChild("V_crossings")?.get(0);
const ofNode: Vector<Float64> | null = resultsMap.getChild("V/jrc_0_mean");
const replicate: Vector<Int32> | null = resultsMap.getChild("replicate");
const failed: number | null | undefined = resultsMap.getChild("failedAt")?.get(0);
const row = resultsMap.get(0);
const time: Vector<Float64> | null = results.getChild("time");
const ofPoint: Vector<Float64> | null = results.getChild("V_pce/JRC2_0");
const samples: Float64Array = trace(results, "JRC2_0", "V_pce");
trace(results, "JRC2_0", "V/jrc_0");
export const found = [
  key,
  values,
  label,
  crossings,
  ofNode,
  replicate,
  failed,
  row?.C.toFixed(),
  row?.status.at(0),
  time,
  ofPoint,
  samples,
];

// Names that only the run knows.
for (const output of ["V_pce", "V"]) trace(results, "JRC2_0", output);
for (const name of resultsMap.schema.names) resultsMap.getChild(name);
for (const name of ["C", "status"]) resultsMap.getChild(name);
const any: Table = resultsMap;
any.getChild("whatever");

const long = await gridSearch({ ...call, layout: "long", solver: "rk45" });
const keys: Vector<Utf8> | null = long.results.getChild("key");
const ofLong: [Vector<Float64> | null, Vector<Float64> | null] = [long.results.getChild("V_pce"), long.results.getChild("C")];
const evaluations: Vector<Float64> | null = long.resultsMap.getChild("nfev");
trace(long.results, "JRC2_0", "V_pce");

const { store } = await gridSearch({ ...call, store: { directory: "out" } });
await store.trace("JRC2_0", "V_pce");
const stored: Vector<Float64> | null = store.map.getChild("C");
for await (const batch of store.batches()) batch.getChild("V_pce")?.get(0)?.toFixed();

const short = await gridSearch({ ...call, traceType: "float32" });
const halved: Float32Array = trace(short.results, "JRC2_0", "V_pce");
const asSaid: Float32Array = trace<Float32Array>(long.results, "JRC2_0", "V_pce");
const times: Vector<Float64> | null = short.results.getChild("time");
export const shorter: [Vector<Float32> | null, ...unknown[]] = [short.results.getChild("V/JRC2_0"), halved, asSaid, times];

const shortLong = await gridSearch({ ...call, layout: "long", traceType: "float32" });
export const ofShortLong: [Float32Array, Vector<Float32> | null, Vector<Float64> | null] = [
  trace(shortLong.results, "JRC2_0", "V_pce"),
  shortLong.results.getChild("V_pce"),
  shortLong.results.getChild("C"),
];

const streamed = sweepBatches({ ...call, features: { V: ["mean"] }, results: false });
for await (const batch of streamed) batch.getChild("V_mean")?.toArray().at(-1)?.toFixed();
const rows = sweepBatches({ ...call, traceType: "float32" });
for await (const batch of rows) {
  const samples: Float32Array | undefined = batch.getChild("V_pce")?.toArray();
  console.log(samples?.length, (await rows.schema).names.includes("C"));
}

const renamed = await gridSearch({ ...call, rename: { C: "c_gain" } });
renamed.resultsMap.getChild("c_gain");

const mapOnly = await gridSearch({ ...call, results: false });
same<typeof mapOnly.results, undefined>(true);

const design = sobol({ C: [60, 200], u: [100, 300] }, 16);
const both: Float64Array[] = [design.C, design.u];
const designed = await gridSearch({ ...call, paramGrid: design });
const u: Vector<Float64> | null = designed.resultsMap.getChild("u");
const ranges = { C: [60, 200] };
sobol(ranges, 16);

const run = await simulate({ circuitTemplate: "a.b", simulationTime: 1, stepSize: 0.1, outputs: { x: "p/op/x" } });
const x: Float64Array | undefined = run.getChild("x")?.toArray();
export const others = [keys, ofLong, evaluations, stored, both, u, x, run.getChild("x/node"), run.getChild("x.re")];

// Of a table whose columns are not known, any may be asked for.
const again = await gridSearch({ ...call, paramGrid: any });
again.resultsMap.getChild("anything");
