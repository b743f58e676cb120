import { sanitize } from "../errors.ts";
import { Kernel } from "../kernel/kernel.ts";
import { valuesIn } from "../kernel/key-values.ts";
import { loopOf } from "../kernel/loops.ts";
import { type Model, variablesOf } from "../model/model.ts";
import { bytesOfModule } from "../model/wasm.ts";
import { fillDefaults, fillStore, type SweepCall } from "../options/defaults.ts";
import type { StoredSearchOptions } from "../options/options.ts";
import type { Plan } from "../plan/plan.ts";
import type { Host } from "../platform/node-host.ts";
import { type Arithmetic, EXACT, isExact } from "../sweep/arithmetic.ts";
import { outputName } from "../sweep/columns.ts";
import { type Job, seedsOf } from "../sweep/job.ts";
import { nameList, type Points } from "../sweep/points.ts";

import { solvers } from "../sweep/solver.ts";
import { version } from "../version.ts";
import type { Disk } from "./disk/disk.ts";
import { isDraft } from "./disk/local-folder.ts";
import { beginManifest, checkNotOld, presentManifest, repairCopy, unreadManifests } from "./disk/manifest-file.ts";
import { storeError } from "./errors.ts";
import { bytesOf, canonicalForm } from "./format/canonical.ts";
import { axisLengths, designIn, gridFile } from "./format/grid-file.ts";
import { CLAIMS, COPY, FOLDER, GRID, LAYOUT, LOCK, MANIFEST, type Manifest, PARTS, TAKEOVER, TRACES } from "./format/manifest-schema.ts";
import { entryOfRecipe } from "./format/recipe-entry.ts";
import { faultOf } from "./integrity.ts";
import { pointsOfShard, type Store, shardsOf } from "./shard.ts";

/**
 * Begins a store in an empty directory. The manifest is written last, so a directory with a manifest has all that a resume needs. Any number
 * of processes may begin the same sweep at once. Throws E_STORE_EXISTS if the directory holds anything else.
 */
export async function begin(disk: Disk, options: StoredSearchOptions, plan: Plan): Promise<Store> {
  await checkEmpty(disk);
  const grid = await gridFile(plan.points, axisLengths(plan.points));
  await disk.create(GRID, grid);
  if (await faultOf(disk, gridEntry(disk, grid))) throw await notEmpty(disk);
  await beginManifest(disk, describe(disk, options, plan, grid));
  return { disk, plan, manifest: await presentManifest(disk) };
}

/** Throws E_STORE_EXISTS for a directory that holds more than a writer leaves that died before it wrote the manifest. */
export async function checkEmpty(disk: Disk): Promise<void> {
  await checkNotOld(disk);
  const names = [
    ...(await disk.names()).filter((name) => name !== FOLDER),
    ...(await disk.names(FOLDER)).map((name) => `${FOLDER}/${name}`),
  ];
  const others = names.filter(
    (name) => ![GRID, LOCK, TAKEOVER, TRACES, PARTS, CLAIMS].includes(name) && !isDraft(name.replace(/^.*\//, "")),
  );
  const inFolders = [...(await disk.names(TRACES)), ...(await disk.names(PARTS))].filter((name) => !isDraft(name));
  if (others.length > 0 || inFolders.length > 0) throw await notEmpty(disk);
}

async function notEmpty(disk: Disk): Promise<Error> {
  const names = await disk.names(FOLDER);
  const isStore = [MANIFEST, COPY].some((file) => names.includes(file.slice(FOLDER.length + 1)));
  const unread = isStore ? await unreadManifests(disk) : undefined;
  if (unread !== undefined) return storeError("E_STORE_EXISTS", unread);
  const what = isStore ? "holds a stored sweep; go on with it with resumeSweep() or --resume, or" : "is not empty;";
  return storeError("E_STORE_EXISTS", `${sanitize(disk.directory)} ${what} choose another directory`);
}

function gridEntry({ host }: Disk, grid: Uint8Array): Manifest["grid"]["file"] {
  return { file: GRID, bytes: grid.length, sha256: host.sha256([grid]) };
}

/** Restores missing or damaged parts of a store other than its manifest and shards. */
export async function repair(disk: Disk, { grid }: Manifest, plan: Plan): Promise<void> {
  await repairCopy(disk);
  if (await faultOf(disk, grid.file)) await disk.write(GRID, await gridFile(plan.points, grid.axes));
}

/** The manifest of a sweep of which nothing has been computed. */
export function describe(disk: Disk, options: StoredSearchOptions, plan: Plan, grid: Uint8Array): Omit<Manifest, "checksum"> {
  const { points, clock, timeUnit, jobs, columns } = plan;
  const { format, compression, ...store } = fillStore(options.store);
  const { host } = disk;
  const recipes = designIn(points);
  const shardPoints = store.shardPoints ?? pointsOfShard(plan);
  return {
    layout: LAYOUT,
    massgrid: version,
    complete: false,
    format,
    compression,
    spec: specOf(host, options, plan),
    model: { name: jobs[0].model.name, hashes: modelHashes(host, plan) },
    grid: {
      points: points.names.length,
      keys: points.keys,
      axes: axisLengths(points)?.slice() ?? null,
      design: recipes ? Object.values(recipes).map(entryOfRecipe) : null,
      sha256: gridHash(host, points),
      file: gridEntry(disk, grid),
    },
    solver: jobs[0].solver.name,
    seeds: seedsOf(plan.jobs),
    clock,
    timeUnit,
    columns: columns.map(outputName),
    shardPoints,
    shardCount: shardsOf(plan, shardPoints).count,
    shards: null,
    map: null,
    described: null,
  };
}

/** Options that change no number, or that are elsewhere in the manifest. */
const notInSpec = [
  "paramGrid",
  "permuteGrid",
  "rename",
  "layout",
  "signal",
  "onProgress",
  "store",
  "workers",
  "certify",
  "refine",
  "follow",
];

/** Stands for a model given as an object instead of a path. */
const OBJECT = { given: "object" };

/** The canonical form of a sweep's options with every default, sorted by name. */
export function specOf(host: Host, options: SweepCall, { points }: Pick<Plan, "points">): Manifest["spec"] {
  const normal = fillDefaults(options);
  const { circuitTemplate, paramMap } = normal;
  const spec: Record<string, unknown> = {
    ...normal,
    circuitTemplate: typeof circuitTemplate === "string" ? circuitTemplate : OBJECT,
    paramMap: Object.fromEntries(Object.entries(paramMap).filter(([key]) => points.keys.includes(key))),
  };
  const names = Object.keys(spec).filter((name) => !notInSpec.includes(name));
  return Object.fromEntries(names.sort().map((name) => [name, canonicalForm(host, spec[name])]));
}

/** What a trial run has not: it is of the model alone. A fused loop is made for the inputs and outputs of its sweep. */
const nothing = { inputSources: [], wiener: [], bounds: [], pulses: [], initialStates: [], finalStates: [], loop: undefined };

/** The steps of the trial run of a model, and their size; and its lanes. */
const TRIAL = { steps: 8, stepSize: 1 / 1024 };
const LANES = 2;

/**
 * A hash of each job's model: its variables with their defaults, the bytes of its module (if it was compiled here), and the bits of
 * its first steps from its defaults, in float64 and in the arithmetic of the sweep. A changed equation, default or core changes the hash; a comment does not.
 */
export function modelHashes(host: Host, { jobs }: Plan): string[] {
  const hashes = new Map<Model, string>();
  return jobs.map((job) => {
    const hash = hashes.get(job.model) ?? modelHash(host, job);
    hashes.set(job.model, hash);
    return hash;
  });
}

function modelHash(host: Host, job: Job): string {
  const { module, ...facts } = job.model;
  const bytes = bytesOfModule(module) ?? JSON.stringify(WebAssembly.Module.exports(module));
  const exact = [JSON.stringify(facts), bytes, bytesOf(trial(job, EXACT))];
  const { arithmetic } = job;
  return host.sha256(isExact(arithmetic) ? exact : [...exact, JSON.stringify(arithmetic), bytesOf(trial(job, arithmetic))]);
}

/** All variables of a model in its first steps; empty for a model with delays, whose history buffers depend on the points. */
function trial(job: Job, arithmetic: Arithmetic): Float64Array {
  if (job.model.history) return new Float64Array(0);
  const recorded = variablesOf(job.model).map(({ kind, row }) => ({ kind, row }));
  const samples = { samplingSteps: 1, firstSample: 0, sampleCount: TRIAL.steps, samplingStep: TRIAL.stepSize };
  const clock = { ...TRIAL, kind: "fixed" as const, ...samples };
  const plain = { ...job, arithmetic, clock, adaptive: undefined, solver: solvers.euler, assignments: [], ...nothing, recorded };
  const loop = isExact(arithmetic) ? undefined : loopOf(plain, LANES, { keepsOrder: false });
  // With all variables recorded, a step may be too large for a loop.
  if (!isExact(arithmetic) && !loop) return new Float64Array(0);
  const kernel = new Kernel({ ...plain, loop }, LANES);
  kernel.load({ job: 0, first: 0, lanes: LANES });
  // The bits of NaN differ between machines: all become the canonical NaN.
  return kernel.advance()?.data.map((value) => (Number.isNaN(value) ? Number.NaN : value)) ?? new Float64Array(0);
}

/** Up to so many points a grid's hash is of its points, whether they were given as a list or as all combinations of values. */
const LISTED = 2 ** 16;

/** A hash of the points: their names, and their values of every grid key; of more of them, of what these follow from. */
export function gridHash(host: Host, { names, keys, columns, axes }: Points): string {
  const { length, circuit, own, labels, replicates } = names;
  const recipes = designIn({ keys, columns });
  if (length <= LISTED) {
    return host.sha256([JSON.stringify([keys, nameList(names).slice(0, length)]), ...columns.map((column) => bytesOf(valuesIn(column)))]);
  }
  const facts = { keys, length, circuit, own, labels, replicates, axes: axes?.map((values) => values.length) };
  if (recipes) return host.sha256([JSON.stringify({ ...facts, recipes })]);
  return host.sha256([JSON.stringify(facts), ...(axes ?? columns.map((column) => valuesIn(column))).map(bytesOf)]);
}
