import { isAbsolute, parse, resolve } from "node:path";
import { shardsIn } from "../api/size-up.ts";
import { isRecord, Problems } from "../check.ts";
import { sanitize } from "../errors.ts";
import { bundledCircuits } from "../model/bundled/index.ts";
import { plainOf } from "../model/template/yaml.ts";
import type { StoreFormat } from "../options/options.ts";
import { makePlan } from "../plan/plan.ts";
import { openFiles } from "../platform/files.ts";
import { isUrl } from "../store/disk/s3-location.ts";
import { counted } from "./circuits.ts";
import { everyProblem, explain } from "./explain.ts";
import { awsbatch } from "./scripts/awsbatch.ts";
import { htcondor } from "./scripts/htcondor.ts";
import type { EngineName, JobScript } from "./scripts/job.ts";
import { kubernetes } from "./scripts/kubernetes.ts";
import { nextflow } from "./scripts/nextflow.ts";
import { slurm } from "./scripts/slurm.ts";
import { snakemake } from "./scripts/snakemake.ts";
import { readSource, readSpec, type Source, type Spec } from "./spec.ts";
import { UsageError } from "./usage.ts";
import { wholeOption } from "./whole-option.ts";

export interface ScriptOptions {
  shards?: string;
  store?: string;
  format?: StoreFormat;
  set?: string[];
  name?: string;
  parallel?: string;
  cpus: string;
  memory: string;
  minutes: string;
  image: string;
  program?: string;
}

/** An engine of jobs: its script; whether its tasks run in containers, which have no file of who asks; and how long a spec it can hand over. */
interface Engine {
  write: (job: JobScript) => string;
  isContained: boolean;
  /** Whether a task can only write to an object store. */
  needsRemote?: boolean;
  longestSpec: number;
}

const unlimited = { isContained: false, longestSpec: Number.POSITIVE_INFINITY };

const engines: Record<EngineName, Engine> = {
  slurm: { write: slurm, ...unlimited },
  // A ConfigMap has at most 1 MiB; what a job of AWS Batch is told, 8 KiB.
  kubernetes: { write: kubernetes, isContained: true, longestSpec: 1e6 },
  snakemake: { write: snakemake, ...unlimited },
  nextflow: { write: nextflow, ...unlimited },
  htcondor: { write: htcondor, ...unlimited },
  awsbatch: { write: awsbatch, isContained: true, needsRemote: true, longestSpec: 5000 },
};

/** Prints a script by which an engine of jobs runs the sweep of a spec file in parts. Nothing is computed, but all of the spec is checked. */
export async function script(engine: EngineName, file: string, options: ScriptOptions): Promise<void> {
  const chosen = engines[engine];
  const limits = {
    shards: needed("--shards", options.shards, 1e6),
    parallel: wholeOption("--parallel", options.parallel, { most: 1e6 }),
    cpus: needed("--cpus", options.cpus, 256),
    memory: needed("--memory", options.memory, 16e6),
    minutes: needed("--minutes", options.minutes, 60 * 24 * 366),
  };
  const source = readSource(file);
  const problems = new Problems();
  const spec = await readSpec(problems, source, options.set);
  if (problems.any) explain(source, everyProblem(problems, spec.options));
  const store = storeOf(spec, options, chosen.isContained);
  if (chosen.needsRemote && !isUrl(store)) {
    throw new UsageError(
      `--store ${sanitize(store)}: a task of ${engine} has no disk of yours; write an object store, such as s3://bucket/prefix`,
    );
  }
  const { format = spec.options.store?.format } = options;
  const stored = { ...spec.options, store: { ...spec.options.store, ...(format === undefined ? {} : { format }), directory: store } };
  const count = await countsOf(stored, source);
  if (chosen.isContained) checkContained(engine, source, chosen.longestSpec);
  if (limits.shards > count.shards) {
    const enough = `--shards ${count.shards} is enough`;
    const idle = limits.shards - count.shards;
    console.error(
      `massgrid: the store has ${counted(count.shards, "shard")}, and ${counted(idle, "task")} would have nothing to do; ${enough}`,
    );
  }
  const shared = (path: string) => (chosen.isContained || isUrl(path) ? path : resolve(path));
  const amounts = [counted(count.points, "point"), counted(count.shards, "shard"), counted(limits.shards, "task")];
  const about = `${sanitize(parse(file).base)}: ${amounts.join(", ")}`;
  const job: JobScript = {
    ...limits,
    name: nameOf(options.name ?? parse(file).name, options.name !== undefined),
    program: programOf(options.program, chosen.isContained),
    spec: shared(file),
    text: source.text,
    store: shared(store),
    options: [
      ...(options.format === undefined ? [] : ["--format", options.format]),
      ...(options.set ?? []).flatMap((text) => ["--set", text]),
    ],
    image: options.image,
    about,
  };
  process.stdout.write(chosen.write(job));
}

/** Points and shards of a sweep; throws what is wrong with it. */
async function countsOf(options: Spec["options"], source: Source): Promise<{ points: number; shards: number }> {
  try {
    const plan = makePlan(options, { budget: Number.POSITIVE_INFINITY, openFile: openFiles() });
    return { points: plan.points.names.length, shards: await shardsIn(plan, options) };
  } catch (error) {
    return explain(source, error);
  }
}

/** A whole number that must be given, or has a default. */
function needed(name: string, text: string | undefined, most: number): number {
  const given = wholeOption(name, text, { most });
  if (given !== undefined) return given;
  throw new UsageError(`${name} is missing: the number of tasks that share the sweep, such as --shards 200`);
}

/** Where the shards go: what --store or the spec says. */
function storeOf({ options: { store } }: Spec, { store: given }: ScriptOptions, isContained: boolean): string {
  const directory = given ?? store?.directory;
  if (typeof directory === "string" && directory !== "") return directory;
  if (isContained && directory === undefined) return "massgrid";
  throw new UsageError("--store is missing: the directory that all tasks write to");
}

/** The name of the jobs: one that is given must be taken by every engine, one that is made of the file's name is made so. */
function nameOf(text: string, isGiven: boolean): string {
  if (/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/.test(text)) return text;
  if (isGiven)
    throw new UsageError(`--name ${sanitize(text)}: it is at most 40 letters a to z, digits and hyphens, and begins with a letter`);
  const plain = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^[^a-z]+/g, "")
    .slice(0, 40)
    .replaceAll(/-+$/g, "");
  return plain === "" ? "sweep" : plain;
}

/** The words that run massgrid: what --program says, in a container its name, and else this very program by this very Node. */
function programOf(text: string | undefined, isContained: boolean): string[] {
  if (text !== undefined) {
    const words = text.split(/\s+/).filter((word) => word !== "");
    if (words.length > 0) return words;
    throw new UsageError("--program is empty: write the command that runs massgrid on the machines of the cluster, such as massgrid");
  }
  const [, own = ""] = process.argv;
  return isContained || !isAbsolute(own) ? ["massgrid"] : [process.execPath, own];
}

/** Throws a UsageError where a container would lack a file that the spec names. */
function checkContained(engine: string, { file, text, root }: Source, longestSpec: number): void {
  const written = root && plainOf(root);
  const files = isRecord(written) ? filesOf(written) : [];
  if (files.length > 0) {
    const named = files.map(sanitize).join(", ");
    throw new UsageError(
      `${file} reads ${named}, which no container of ${engine} has; use a bundled model and signals that are made, or an engine of a common file system`,
    );
  }
  const { length } = new TextEncoder().encode(text);
  if (length > longestSpec) throw new UsageError(`${file} has ${length} bytes, and ${engine} hands over ${longestSpec} at most`);
}

/** Files that a spec names. */
function filesOf({ circuitTemplate, inputs, initialState }: Record<string, unknown>): string[] {
  const isOwn = typeof circuitTemplate === "string" && !bundledCircuits().includes(circuitTemplate.replaceAll("/", "."));
  const signals = isRecord(inputs) ? Object.values(inputs) : [];
  const named = [...signals, initialState].flatMap((value) => (isRecord(value) && typeof value.file === "string" ? [value.file] : []));
  return [...(isOwn ? [circuitTemplate] : []), ...named];
}
