// Every kind of sweep, in every form of results, with everything that is done to one: each cell has the numbers of the plain call, bit for
// bit, or is refused by the code that stands here.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type RecordBatch, Table } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { openSource } from "../src/cli/plot.ts";
import { summary } from "../src/cli/summary.ts";
import { figure } from "../src/cli/write-figure.ts";
import { type FigureSource, sourceOf } from "../src/figure/source.ts";
import {
  type BatchOptions,
  type Certificate,
  connect,
  finishSweep,
  type GridSearchOptions,
  gridSearch,
  type MapSearchOptions,
  normalNoise,
  openSweep,
  type ResumeOptions,
  resumeSweep,
  runShards,
  type StoredSearchOptions,
  type StoredSweep,
  sweepBatches,
  templatesFromYaml,
  trace,
  uniformNoise,
  verifySweep,
} from "../src/index.ts";
import { formsOf, kindsOf } from "./support/crossing-kinds.mjs";
import { folderFor } from "./support/folder.ts";
import { fuses, fusingFlags } from "./support/fusing.ts";
import { contents, filesIn } from "./support/stores.ts";
import { bits, refusal } from "./support/sweep.ts";

const folder = folderFor("crossing");
const kinds = kindsOf({ connect, normalNoise, templatesFromYaml, uniformNoise });
const forms = Object.keys(formsOf(folder));

/** Names of each kind's traces, as trace() takes them. */
const traced: Record<string, string[]> = {
  fixed: ["V", "m"],
  fast: ["V", "m"],
  single: ["V", "m"],
  adaptive: ["V", "m"],
  stiff: ["x"],
  stochastic: ["V", "m"],
  delayed: ["a"],
  network: ["V/jrc_0", "V/jrc_1", "V/jrc_2", "sum"],
  complex: ["z.re", "z.im"],
  moved: ["V", "m"],
  "adaptive moved": ["V", "m"],
};

type Search = GridSearchOptions | MapSearchOptions;

/** Cells that are refused, "kind × form × operation", with the code of the refusal. */
const refused: Record<string, string> = {};

/** A call in memory, or one that is stored. */
interface Outcome {
  results?: Table | undefined;
  store?: StoredSweep;
  resultsMap: Table;
  certificate?: Certificate;
}

/** What a sweep came to: the bits of each trace by "key output", where traces are kept, and the rows of its map as text. */
interface Numbers {
  traces: Record<string, string>;
  map: string[];
}

let directories = 0;

/** One cell's kind and form: its options, and the same as it is stored in a directory of its own. */
class Cell {
  readonly kind: string;
  readonly form: string;
  readonly options: GridSearchOptions;

  constructor(kind: string, form: string) {
    this.kind = kind;
    this.form = form;
    this.options = kinds[kind];
  }

  /** Whether results stay in memory where nothing is to be resumed. */
  get inMemory(): boolean {
    return !this.form.startsWith("store");
  }

  stored(directory = join(folder, `${directories++}`)): StoredSearchOptions {
    return { ...this.options, ...formsOf(directory)[this.form] } as StoredSearchOptions;
  }

  /** What the form adds to a resume: the directory is told apart. */
  resumed(): ResumeOptions {
    const { store, ...form } = formsOf("")[this.form];
    const { directory: _, ...rest } = store;
    return { ...this.options, ...form, store: rest };
  }

  /** Runs the call in its form: in memory, or stored. */
  async run(changes: Partial<GridSearchOptions> = {}): Promise<Outcome> {
    const stored = { ...this.stored(), ...changes };
    const { store: _, ...memory } = stored;
    return await gridSearch((this.inMemory ? memory : stored) as Search);
  }

  /** The plain call, in the wide layout and in the caller's thread, with what this form keeps of it. */
  async plain(changes: Partial<GridSearchOptions> = {}): Promise<Numbers> {
    const outcome = await plainCall(this.kind, changes);
    const numbers = await numbersOf(this.kind, outcome);
    return this.form === "map only" ? { ...numbers, traces: {} } : numbers;
  }
}

const calls = new Map<string, Promise<Outcome>>();

function plainCall(kind: string, changes: Partial<Search> = {}): Promise<Outcome> {
  const name = `${kind} ${JSON.stringify(changes)}`;
  const known = calls.get(name) ?? gridSearch({ ...kinds[kind], ...changes, workers: 0 } as Search);
  calls.set(name, known);
  return known;
}

async function numbersOf(kind: string, { results, store, resultsMap }: Outcome): Promise<Numbers> {
  const keys = Array.from(resultsMap.getChild("key") ?? [], String);
  const traces: Record<string, string> = {};
  const traceOf = async (key: string, output: string) => {
    if (store && store.files.length > 0) return await store.trace(key, output);
    return results && trace(results, key, output);
  };
  for (const key of keys) {
    for (const output of traced[kind]) {
      const values = await traceOf(key, output);
      if (values) traces[`${key} ${output}`] = bits(values).join(" ");
    }
  }
  return { traces, map: textOf(resultsMap) };
}

/** The rows of a table, with numbers as texts that tell all of them apart. */
function textOf(table: Table): string[] {
  const text = (value: unknown) => (Object.is(value, -0) ? "-0" : typeof value === "number" ? String(value) : value);
  return table.toArray().map((row) => JSON.stringify(row.toJSON(), (_, value) => text(value)));
}

/** Every option of a call that has a default, written out. */
function withDefaults({ solver, features, noise, ...options }: GridSearchOptions): ResumeOptions {
  const named = typeof solver === "object" ? solver : { name: solver ?? "euler" };
  const isAdaptive = ["rk45", "rodas4"].includes(named.name);
  const settings = { rtol: 1e-6, atol: 1e-9, maxStep: Number.POSITIVE_INFINITY, interpolation: "hold" };
  return {
    permuteGrid: false,
    replicates: 1,
    samplingStepSize: options.stepSize,
    cutoff: 0,
    inputs: {},
    layout: "wide",
    traceType: "float64",
    fastMath: false,
    precision: "float64",
    certify: false,
    ...options,
    noise: Object.fromEntries(Object.entries(noise ?? {}).map(([path, term]) => [path, { seed: 0, shared: true, ...term }])),
    features: features ?? {},
    solver: { ...(isAdaptive ? settings : {}), ...named },
  } as ResumeOptions;
}

/** What is drawn and told of each kind: a figure of its first feature, and of two traces of its first output. */
async function figuresOf(kind: string, source: FigureSource): Promise<{ features: string; traces: string | undefined }> {
  const [feature] = source.map.schema.fields.filter(({ metadata }) => metadata.has("feature")).map(({ name }) => name);
  const features = plainSvg(await figure(source, { features: [feature] }));
  const points = Array.from(source.map.getChild("key") ?? [], String).slice(0, 2);
  return { features, traces: source.traces && plainSvg(await figure(source, { outputs: [traced[kind][0]], points })) };
}

/** An SVG without the numbers of its ids, which count what a process has drawn. */
function plainSvg(svg: string): string {
  return svg.replaceAll(/(plot-[a-z-]+)\d+/g, "$1");
}

/** A certificate as text; its numbers are those of the sampled points. */
function certificateText({ table, ...rest }: Certificate): string {
  return JSON.stringify([rest, textOf(table)]);
}

/**
 * Stores every kind in every form in a process of its own, which copies each store as it stands after half of its points, and is then
 * killed: what a SIGKILL leaves at that moment, with the lock of a process that is dead.
 */
function killedStores(): string {
  const directory = join(folder, "killed");
  const program = `
    import { cpSync } from "node:fs";
    import * as massgrid from ${JSON.stringify(new URL("../dist/index.js", import.meta.url))};
    import { formsOf, kindsOf } from ${JSON.stringify(new URL("./support/crossing-kinds.mjs", import.meta.url))};
    for (const [kind, options] of Object.entries(kindsOf(massgrid))) {
      for (const form of ${JSON.stringify(forms)}) {
        const at = ${JSON.stringify(directory)} + "/" + kind + "/" + form;
        let copied = false;
        const onProgress = ({ done }) => {
          if (copied || done < 3) return;
          copied = true;
          cpSync(at + "-whole", at, { recursive: true });
        };
        await massgrid.gridSearch({ ...options, ...formsOf(at + "-whole")[form], onProgress, workers: 0 });
        if (!copied) throw new Error(at + " was not copied");
      }
    }
    process.kill(process.pid, "SIGKILL");
  `;
  const { signal, stderr } = spawnSync(process.execPath, [...fusingFlags, "--input-type=module", "-e", program], { encoding: "utf8" });
  if (signal !== "SIGKILL") throw new Error(stderr);
  return directory;
}

let killed: { directory: string } | { error: unknown } | undefined;

/** The killed stores, made once. */
function killedOnce(): string {
  if (killed === undefined) {
    try {
      killed = { directory: killedStores() };
    } catch (error) {
      killed = { error };
    }
  }
  if ("error" in killed) throw killed.error;
  return killed.directory;
}

/** What is done to a sweep; each compares with the plain call. */
const operations: Record<string, (cell: Cell) => Promise<void>> = {
  plot: async (cell) => {
    const { results, store, resultsMap } = await cell.run();
    const plain = await plainCall(cell.kind);
    const expected = await figuresOf(cell.kind, sourceOf(plain.resultsMap, plain.results));
    const found = await figuresOf(cell.kind, store ? await openSource(store.directory) : sourceOf(resultsMap, results));
    expect(found.features).toBe(expected.features);
    expect(found.traces).toBe(cell.form === "map only" ? undefined : expected.traces);
    const [title] = found.features.match(/(?:against|over) [^<"]*/) ?? [];
    expect(title).toBe(`${cell.kind === "delayed" ? "over" : "against"} ${Object.keys(cell.options.paramGrid).join(" and ")}`);
  },

  summary: async (cell) => {
    const { results, resultsMap } = await cell.run();
    const plain = await plainCall(cell.kind);
    expect(summary(undefined, resultsMap, [])).toBe(summary(undefined, plain.resultsMap, []));
    if (results) expect(summary(results, resultsMap, [])).toBe(summary(plain.results, plain.resultsMap, []));
  },

  certify: async (cell) => {
    const { certificate } = await cell.run({ certify: { points: 3 } });
    const results = cell.form === "map only" ? { results: false as const } : {};
    const { certificate: expected } = await plainCall(cell.kind, { certify: { points: 3 }, ...results });
    if (!certificate || !expected) return expect.unreachable("there is a certificate");
    expect(certificateText(certificate)).toBe(certificateText(expected));
    const names = certificate.quantities.map(({ quantity }) => quantity);
    const isOne = (name: string) => traced[cell.kind].some((output) => name === output || name.startsWith(`${output}_`));
    expect(names.filter((name) => !isOne(name))).toEqual([]);
    expect(names.length).toBeGreaterThan(0);
  },

  "resume after a kill": async (cell) => {
    const directory = join(killedOnce(), cell.kind, cell.form);
    const { complete } = await openSweep(directory);
    expect(complete).toBe(false);
    const store = await resumeSweep(directory, cell.resumed());
    expect(await numbersOf(cell.kind, { store, resultsMap: store.map })).toEqual(await cell.plain());
    expect(contents(directory)).toEqual(contents(`${directory}-whole`));
  },

  "resume with defaults written out": async (cell) => {
    const bare = cell.stored();
    const written = cell.stored();
    await gridSearch(bare);
    await gridSearch({ ...withDefaults(cell.options), ...written } as StoredSearchOptions);
    expect(contents(written.store.directory)).toEqual(contents(bare.store.directory));
    const form = cell.resumed();
    const store = await resumeSweep(bare.store.directory, { ...form, results: form.results ?? true, ...withDefaults(cell.options) });
    await resumeSweep(written.store.directory, form);
    expect(await numbersOf(cell.kind, { store, resultsMap: store.map })).toEqual(await cell.plain());
  },

  extend: async (cell) => {
    const [stored, whole] = [cell.stored(), cell.stored()];
    const first = Object.fromEntries(Object.entries(cell.options.paramGrid).map(([key, values]) => [key, values.slice(0, 3)]));
    await gridSearch({ ...stored, paramGrid: first });
    await gridSearch(whole);
    const store = await resumeSweep(stored.store.directory, { ...cell.resumed(), extend: true });
    expect(await numbersOf(cell.kind, { store, resultsMap: store.map })).toEqual(await cell.plain());
    expect(contents(stored.store.directory)).toEqual(contents(whole.store.directory));
  },

  verify: async (cell) => {
    const stored = cell.stored();
    const { directory } = stored.store;
    await gridSearch(stored);
    expect(await verifySweep(directory)).toMatchObject({ ok: true, complete: true, problems: [] });
    const before = contents(directory);
    const [file] = filesIn(directory).filter((name) => name.startsWith("_massgrid/map/"));
    writeFileSync(join(directory, file), "damaged");
    expect((await verifySweep(directory)).problems.map(({ code, path }) => [code, ...path])).toEqual([["E_SHARD_CORRUPT", file]]);
    const store = await resumeSweep(directory, cell.resumed());
    expect(await numbersOf(cell.kind, { store, resultsMap: store.map })).toEqual(await cell.plain());
    expect(contents(directory)).toEqual(before);
  },

  shards: async (cell) => {
    const [parts, whole] = [cell.stored(), cell.stored()];
    await gridSearch(whole);
    const some = (shards?: "1/2" | number[]) => runShards(parts, shards ? { shards } : {});
    // The last part is there twice, as of two machines that are given the same.
    await Promise.all([some("1/2"), some([1]), some([])]);
    expect((await refusal(() => finishSweep(parts.store.directory))).code).toBe("E_STORE_INCOMPLETE");
    await some();
    const store = await finishSweep(parts.store.directory);
    expect(await numbersOf(cell.kind, { store, resultsMap: store.map })).toEqual(await cell.plain());
    expect(contents(parts.store.directory)).toEqual(contents(whole.store.directory));
  },

  replicates: async (cell) => {
    const found = await numbersOf(cell.kind, await cell.run({ replicates: 2 }));
    expect(found).toEqual(await cell.plain({ replicates: 2 }));
    const { traces } = await cell.plain();
    for (const [name, values] of Object.entries(traces)) expect(found.traces[name.replace(" ", "_r0 ")]).toBe(values);
  },

  stream: async (cell) => {
    const { features: _, finalState: __, ...traces } = cell.options;
    const asked = cell.form === "map only" ? { ...cell.options, results: false } : traces;
    const call = (more: object) => sweepBatches({ ...asked, ...more, workers: 2 } as BatchOptions);
    const { store } = cell.stored();
    if (!cell.inMemory) expect((await refusal(() => call({ store }).schema)).code).toBe("E_STREAM_OPTION");
    if (cell.form === "wide") expect((await refusal(() => call({ layout: "wide" }).schema)).code).toBe("E_STREAM_OPTION");
    const batches: RecordBatch[] = [];
    for await (const batch of call({})) batches.push(batch);
    const table = new Table(batches);
    const { resultsMap } = await plainCall(cell.kind);
    const plain = await cell.plain();
    if (cell.form === "map only") {
      const names = resultsMap.schema.fields.map(({ name }) => name);
      expect(textOf(table.select(names)).sort()).toEqual([...plain.map].sort());
    } else {
      const keys = Array.from(resultsMap.getChild("key") ?? [], String);
      const found = keys.flatMap((key) =>
        traced[cell.kind].map((output) => [`${key} ${output}`, bits(trace(table, key, output)).join(" ")]),
      );
      expect(Object.fromEntries(found)).toEqual(plain.traces);
    }
  },

  "0 workers": async (cell) => {
    expect(await numbersOf(cell.kind, await cell.run({ workers: 0 }))).toEqual(await cell.plain());
  },

  "2 workers": async (cell) => {
    expect(await numbersOf(cell.kind, await cell.run({ workers: 2 }))).toEqual(await cell.plain());
  },
};

const cells = Object.keys(kinds).flatMap((kind) =>
  forms.flatMap((form) => Object.keys(operations).map((operation) => ({ kind, form, operation }))),
);

describe("crossing: every feature with every other", () => {
  test("there are 660 cells, of which at most a tenth is refused", () => {
    expect(cells.length).toBe(660);
    expect(Object.keys(refused).length).toBeLessThanOrEqual(cells.length / 10);
    const names = cells.map(({ kind, form, operation }) => `${kind} × ${form} × ${operation}`);
    expect(Object.keys(refused).filter((name) => !names.includes(name))).toEqual([]);
  });

  const possible = cells.filter(({ kind }) => kinds[kind].fastMath !== true || fuses);
  test.each(possible)("$kind × $form × $operation", async ({ kind, form, operation }) => {
    const code = refused[`${kind} × ${form} × ${operation}`];
    const work = () => operations[operation](new Cell(kind, form));
    if (code === undefined) return await work();
    expect((await refusal(work)).code).toBe(code);
  });
});
