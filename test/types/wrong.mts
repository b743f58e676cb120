// Each statement behind such a comment is one mistake, and what the compiler says of it has the comment's text.
import { connect, gridSearch, openSweep, plan, resumeSweep, runShards, simulate, sobol, sweepBatches, trace } from "massgrid";
import { base, run } from "./base.mts";

// tells: unknown option solvr; did you mean solver?
await gridSearch({ ...base, solvr: "rk4" });

const solvr = { ...base, solvr: "rk4" };
// tells: unknown option solvr; did you mean solver?
await gridSearch(solvr);

const { stepSize, ...stepless } = base;
// tells: unknown option stepsize; did you mean stepSize?
await gridSearch({ ...stepless, stepsize: stepSize });

const lowercase = { ...stepless, stepsize: stepSize };
// tells: unknown option stepsize; did you mean stepSize?
await gridSearch(lowercase);

// tells: Property 'stepSize' is missing
await gridSearch(stepless);

// tells: unknown option thresholds"
await gridSearch({ ...base, thresholds: [1] });

// tells: Type 'string' is not assignable to type 'number'
await gridSearch({ ...base, stepSize: "1e-4" });

// tells: unknown solver huen; did you mean heun?
await gridSearch({ ...base, solver: "huen" });

const huen = { ...base, solver: "huen" } as const;
// tells: unknown solver huen; did you mean heun?
await gridSearch(huen);

// tells: unknown solver rk54; did you mean rk45?
await gridSearch({ ...base, solver: { name: "rk54", rtol: 1e-6 } });

// tells: unknown solver option rtoll; did you mean rtol?
await gridSearch({ ...base, solver: { name: "rk45", rtoll: 1e-6 } });

const rtoll = { ...base, solver: { name: "rk45", rtoll: 1e-6 } };
// tells: unknown solver option rtoll; did you mean rtol?
await gridSearch(rtoll);

// tells: unknown interpolation liner; did you mean linear?
await gridSearch({ ...base, solver: { name: "rk45", interpolation: "liner" } });

// tells: unknown layout wde; did you mean wide?
await gridSearch({ ...base, layout: "wde" });

// tells: unknown feature maen; did you mean mean?
await gridSearch({ ...base, features: { V_pce: ["std", "maen"] } });

// tells: unknown feature crossing; did you mean crossings?
await gridSearch({ ...base, features: { V_pce: [{ crossing: { level: 1 } }] } });

// tells: unknown crossings option levle; did you mean level?
await gridSearch({ ...base, features: { V_pce: [{ crossings: { levle: 1 } }] } });

// tells: unknown output V_pc; did you mean V_pce?
await gridSearch({ ...base, features: { V_pc: ["mean"] } });

const ofPc = { ...base, features: { V_pc: ["mean"] } };
// tells: unknown output V_pc; did you mean V_pce?
await gridSearch(ofPc);

// tells: unknown paramMap option node; did you mean nodes?
await gridSearch({ ...base, paramMap: { C: { vars: ["jrc_op/c"], node: ["jrc"] } } });

const ofNode = { ...base, paramMap: { C: { vars: ["jrc_op/c"], node: ["jrc"] } } };
// tells: unknown paramMap option node; did you mean nodes?
await gridSearch(ofNode);

// tells: Property 'pulses' is missing
await gridSearch({ ...base, paramMap: { C: { vars: ["jrc_op/c"] } } });

// tells: 'sds' does not exist
await gridSearch({ ...base, noise: { "jrc/jrc_op/u": { sds: 1 } } });

// tells: unknown noise option sed; did you mean seed?
await gridSearch({ ...base, noise: { "jrc/jrc_op/u": { sd: 1, sed: 1 } } });

// tells: unknown pulses option ad; did you mean at?
await gridSearch({ ...base, pulses: { "jrc/jrc_op/V_e": { at: 1, by: 1, ad: 2 } } });

// tells: Did you mean to write 'tolerance'?
await gridSearch({ ...base, certify: { tolerence: 0.1 } });

// tells: unknown store option formt; did you mean format?
await gridSearch({ ...base, store: { directory: "out", formt: "parquet" } });

// tells: unknown format parqet; did you mean parquet?
await gridSearch({ ...base, store: { directory: "out", format: "parqet" } });

// tells: unknown option params
await gridSearch({ ...base, params: { "jrc/jrc_op/c": 1 } });

// tells: unknown option cutof; did you mean cutoff?
await plan({ ...base, cutof: 1 });

// tells: Did you mean to write 'workers'?
await resumeSweep("out", { worker: 2 });

// tells: unknown option stpeSize; did you mean stepSize?
await runShards({ ...base, stpeSize: 1, store: { directory: "out" } });

// tells: Did you mean to write 'grace'?
await runShards({ ...base, store: { directory: "out" } }, { grade: 1 });

// tells: Argument of type 'number' is not assignable to parameter of type 'string'
await openSweep(1);

// tells: unknown option signl; did you mean signal?
sweepBatches({ ...base, signl: AbortSignal.timeout(1) });

// tells: unknown option param; did you mean params?
await simulate({ ...run, param: { "p/op/k": 1 } });

const paramOfRun = { ...run, param: { "p/op/k": 1 } };
// tells: unknown option param; did you mean params?
await simulate(paramOfRun);

// tells: unknown option weight; did you mean weights?
connect("a.b", { source: "op/r", target: "op/r_in", weight: [[1]] });

const weight = { source: "op/r", target: "op/r_in", weights: 1, delay: 1 };
// tells: unknown option delay; did you mean delays?
connect("a.b", weight);

const { results, resultsMap } = await gridSearch({ ...base, features: { V_pce: ["mean"] } });
// tells: unknown output V_pci; did you mean V_pce?
trace(results, "JRC2_0", "V_pci");

// tells: unknown column V_pce_maen; did you mean V_pce_mean?
resultsMap.getChild("V_pce_maen");

// tells: Type 'Vector<Float64> | null' is not assignable to type 'string[] | null'
export const texts: string[] | null = resultsMap.getChild("C");

const mapOnly = await gridSearch({ ...base, results: false });
// tells: Argument of type 'undefined' is not assignable
trace(mapOnly.results, "JRC2_0", "V_pce");

// tells: Property 'v' does not exist
sobol({ C: [60, 200] }, 16).v;
