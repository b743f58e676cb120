// A sweep as a stream of record batches: the rows of gridSearch, the same bytes for any number of workers, and no more work than is read.
import { RecordBatchStreamWriter, Table, tableFromIPC } from "apache-arrow";
import { describe, expect, test } from "vitest";
import {
  type BatchOptions,
  batchesToIPC,
  type GridSearchOptions,
  gridSearch,
  type MapSearchOptions,
  normalNoise,
  type SweepBatches,
  sweepBatches,
  templatesFromYaml,
} from "../../src/index.ts";
import { refusal, small } from "../support/sweep.ts";

type Batch = SweepBatches extends AsyncIterableIterator<infer Each> ? Each : never;

const u = "jrc/jrc_op/u";
const noise = normalNoise({ mean: 220, sd: 60, seed: 3, shared: false });
const grid = (points: number) => ({ C: Float64Array.from({ length: points }, (_, i) => 60 + (1200 * i) / points) });
const features = { V_pce: ["mean", "std", "regime"], V_pci: ["max"] } as const;

const { late, square } = templatesFromYaml(`
op: { base: OperatorTemplate, equations: ["x' = -x + tanh(u)"], variables: { x: output(0.1), u: input(0.0) } }
node: { base: NodeTemplate, operators: [op] }
late:
  base: CircuitTemplate
  nodes: { a: node, b: node }
  edges: [[a/op/x, b/op/u, null, { weight: 2.0, delay: 0.02, spread: 0.01 }]]
square_op: { base: OperatorTemplate, equations: ["x' = a*x^2 + 0*log(b)"], variables: { x: output(1.0), a: 1.0, b: 1.0 } }
square_pop: { base: NodeTemplate, operators: [square_op] }
square: { base: CircuitTemplate, nodes: { p: square_pop } }
`);

/** Sweeps of several blocks, each with a word of what it is. */
const sweeps: Record<string, GridSearchOptions> = {
  "fixed steps, noise of each point's own, replicates": small({ paramGrid: grid(90), replicates: 3, inputs: { [u]: noise }, features }),
  "adaptive steps": small({ paramGrid: grid(300), inputs: { [u]: noise }, solver: { name: "rk45", rtol: 1e-7 }, stepSize: 7e-3, features }),
  "white noise, an output that is an expression": small({
    paramGrid: grid(200),
    noise: { [u]: { sd: 2, seed: 4, shared: false } },
    solver: "euler-maruyama",
    outputs: { V: "jrc/jrc_op/V_e - jrc/jrc_op/V_i" },
    features: { V: ["mean", "peakFrequency"] },
  }),
  "points that fail, each for its own reason": {
    circuitTemplate: square,
    paramGrid: {
      a: Float64Array.from({ length: 200 }, (_, i) => i / 40),
      b: Float64Array.from({ length: 200 }, (_, i) => (i % 7 ? 1 : -1)),
    },
    paramMap: { a: { vars: ["square_op/a"], nodes: ["p"] }, b: { vars: ["square_op/b"], nodes: ["p"] } },
    simulationTime: 2,
    stepSize: 0.01,
    outputs: { x: "p/square_op/x" },
    features: { x: ["mean", "last"] },
    finalState: true,
    solver: "rk4",
  },
  "traces in float32": small({ paramGrid: grid(200), inputs: { [u]: noise }, traceType: "float32" }),
  "complex outputs": {
    circuitTemplate: "model_templates.oscillators.kuramoto.kmo_mf",
    paramGrid: { w: Float64Array.from({ length: 150 }, (_, i) => i / 10) },
    paramMap: { w: { vars: ["kmo_op/omega"], nodes: ["p"] } },
    simulationTime: 1,
    stepSize: 0.02,
    outputs: { z: "p/kmo_op/z" },
    features: { "z.re": ["std"], z: ["mean"] },
    solver: "rk4",
  },
  "points of several delay structures": {
    circuitTemplate: late,
    paramGrid: {
      d: Float64Array.from({ length: 150 }, (_, i) => [0.02, 0, 0.04][i % 3]),
      s: Float64Array.from({ length: 150 }, (_, i) => [0.01, 0, 0][i % 3]),
    },
    paramMap: { d: { vars: ["delay"], edges: [["a/op/x", "b/op/u"]] }, s: { vars: ["spread"], edges: [["a/op/x", "b/op/u"]] } },
    simulationTime: 0.5,
    stepSize: 0.01,
    outputs: { x: "all/op/x" },
    features: { x: ["last"] },
    solver: "heun",
  },
};

function tracesOf({ features: _, finalState: __, ...options }: GridSearchOptions): BatchOptions {
  return { ...options, layout: "long" };
}

function rowsOf({ certify: _, ...options }: GridSearchOptions): Omit<MapSearchOptions, "certify"> {
  return { ...options, results: false };
}

async function read(batches: SweepBatches): Promise<Batch[]> {
  const all: Batch[] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}

async function bytesOf(batches: SweepBatches): Promise<Uint8Array> {
  const writer = await RecordBatchStreamWriter.writeAll(batches);
  return await writer.toUint8Array();
}

/** How many of the bytes differ. */
function differing(a: Uint8Array, b: Uint8Array): number {
  let count = Math.abs(a.length - b.length);
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) count++;
  return count;
}

/** The values of a column, in the order of the points of some keys where there is a row for each. */
function valuesOf(table: Table, name: string, keys: readonly string[] | undefined): unknown[] {
  const values = Array.from(table.getChild(name) ?? []);
  if (keys === undefined) return values;
  const rows = new Map(Array.from(table.getChild("key") ?? [], (key, row) => [String(key), row]));
  return keys.map((key) => values[rows.get(key) ?? -1]);
}

/** Columns whose values are not those that are expected. */
function wrongColumns(found: Table, expected: Table, keys: readonly string[] | undefined): string[] {
  const names = expected.schema.fields.map(({ name }) => name);
  return names.filter((name) => {
    const [own, wanted] = [found, expected].map((table) => valuesOf(table, name, keys));
    return own.length !== wanted.length || wanted.some((value, row) => !Object.is(value, own[row]));
  });
}

describe("sweepBatches: the rows of gridSearch, with the same bytes for any number of workers", () => {
  test.each(Object.keys(sweeps))("%s", async (name) => {
    const forms = [tracesOf(sweeps[name]), { ...rowsOf(sweeps[name]), layout: "long" } as const];
    for (const options of forms) {
      const streams = [0, 1, 2, 3, undefined].map((workers) => ({ ...options, ...(workers === undefined ? {} : { workers }) }));
      const bytes: Uint8Array[] = [];
      for (const stream of streams) bytes.push(await bytesOf(sweepBatches(stream)));
      expect(bytes.map((other) => differing(other, bytes[0]))).toEqual([0, 0, 0, 0, 0]);
      const found = tableFromIPC(bytes[0]);
      const { results, resultsMap } = await gridSearch({ ...options, workers: 0 } as MapSearchOptions | GridSearchOptions);
      const expected = results ?? resultsMap;
      // Points of several delay structures stand apart where they are run, and in their order in the map.
      const keys = results ? undefined : Array.from(resultsMap.getChild("key") ?? [], String);
      expect(wrongColumns(found, expected, keys)).toEqual([]);
      expect(found.schema.metadata).toEqual(expected.schema.metadata);
      const fieldsOf = ({ schema }: Table) => schema.fields.map(({ name, nullable, metadata }) => ({ name, nullable, metadata }));
      const known = (table: Table) => fieldsOf(table).filter(({ name }) => name !== "failedVariable");
      expect(known(found)).toEqual(known(expected));
    }
  });
});

describe("sweepBatches: a stream", () => {
  const options: BatchOptions = small({ paramGrid: grid(3000), simulationTime: 0.2, outputs: { V: "jrc/jrc_op/V_e" } });
  const map = { ...options, results: false, features: { V: ["mean"] } } as const;

  test("has its schema before anything runs, and every batch has it; points stand in their order", async () => {
    let told = 0;
    const batches = sweepBatches({ ...options, onProgress: () => told++ });
    const schema = await batches.schema;
    expect(schema.fields.map(String)).toEqual(["key: Utf8", "C: Float64", "time: Float64", "V: Float64"]);
    expect([batches.statuses.size, told]).toEqual([0, 0]);
    const all = await read(batches);
    expect(all.every((batch) => batch.schema === schema)).toBe(true);
    expect(all.length).toBeGreaterThan(3);
    const keys = new Set(all.flatMap((batch) => Array.from(batch.getChild("key") ?? [], String)));
    expect([...keys]).toEqual(Array.from({ length: 3000 }, (_, i) => `JRC2_${i}`));
    expect(batches.statuses).toEqual(new Map([["ok", 3000]]));
    const rowsOfMap = await read(sweepBatches(map));
    expect(rowsOfMap.reduce((sum, { numRows }) => sum + numRows, 0)).toBe(3000);
  });

  test("is cut small where a point has many samples", async () => {
    const long = await read(sweepBatches({ ...options, paramGrid: grid(20), simulationTime: 20, cutoff: 0 }));
    expect(long.length).toBe(4);
    expect(new Table(long).numRows).toBe(20 * 20_000);
  });

  test("counts what became of the points that were read", async () => {
    const { "points that fail, each for its own reason": failing } = sweeps;
    const batches = sweepBatches(rowsOf(failing));
    await read(batches);
    const { resultsMap } = await gridSearch(rowsOf(failing));
    const statuses = Array.from(resultsMap.getChild("status") ?? [], String);
    const count = (status: string) => statuses.filter((each) => each === status).length;
    expect([...batches.statuses.keys()].sort()).toEqual(["diverged", "not_a_number", "ok"]);
    for (const [status, found] of batches.statuses) expect(found).toBe(count(status));
  });

  test("is read once: another loop over it is refused", async () => {
    const batches = sweepBatches(map);
    await read(batches);
    expect((await refusal(() => read(batches))).code).toBe("E_STREAM_READ");
    expect(await batches.next()).toEqual({ done: true, value: undefined });
    const unread = sweepBatches(map);
    await unread.return();
    expect(await unread.next()).toEqual({ done: true, value: undefined });
  });
});

describe("sweepBatches: refusals come before anything runs", () => {
  /** The error of the schema, which is that of the first step. */
  async function refused(...args: unknown[]) {
    const batches: SweepBatches = Reflect.apply(sweepBatches, undefined, args);
    const error = await refusal(() => batches.schema);
    expect(await refusal(() => read(batches))).toBe(error);
    return error;
  }
  const call = (changes: Record<string, unknown>) => refused({ ...small(), ...changes });

  test("what a stream cannot have is refused, all of it at once", async () => {
    const error = await call({ layout: "wide", store: { directory: "x" }, certify: true, finalState: true, features: { V_pce: ["mean"] } });
    const found = error.problems.map(({ code, path }) => `${code} ${path}`);
    expect(found).toEqual(["layout", "store", "certify", "features", "finalState"].map((option) => `E_STREAM_OPTION ${option}`));
    expect(error.message).toContain("set results: false for a row for each point, or leave features out");
  });

  test("and what gridSearch refuses, with the same problems", async () => {
    const wrong = { solver: "eular", paramGrid: { C: [1, Number.NaN] }, outputs: { V: "jrc/jrc_op/W_e" }, layuot: "long" };
    const expected = await refusal(() => gridSearch({ ...small(), ...wrong } as GridSearchOptions));
    expect((await call(wrong)).problems).toEqual(expected.problems);
    expect((await refused()).message).toContain("sweepBatches takes one object of options");
  });

  test("traces of any size pass, since they are not kept", async () => {
    const large = small({ paramGrid: grid(50_000), simulationTime: 1000, outputs: { V: "jrc/jrc_op/V_e" } });
    expect((await refusal(() => gridSearch(large))).code).toBe("E_SWEEP_TOO_LARGE");
    expect((await sweepBatches(large as BatchOptions).schema).fields.length).toBe(4);
  });
});

/** A sweep that takes long, with the steps that it has taken, as it tells. */
function long(changes: Partial<BatchOptions> = {}): { batches: SweepBatches; steps: () => number; total: number } {
  let steps = 0;
  const paramGrid = grid(20_000);
  const options = { ...small({ paramGrid, simulationTime: 2, outputs: { V: "jrc/jrc_op/V_e" } }), ...changes } as BatchOptions;
  const batches = sweepBatches({ ...options, onProgress: (progress) => (steps = progress.steps) });
  return { batches, steps: () => steps, total: 20_000 * 2000 };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.each([0, 2])("sweepBatches: with %i workers", (workers) => {
  test("a reader that stops reading stops the sweep: nothing runs but what was ahead of it, however many points there are", async () => {
    const { batches, steps, total } = long({ workers });
    const first = await batches.next();
    expect(first.value?.numRows).toBeGreaterThan(0);
    // Progress of a block is told ten times a second while it runs, and its end when it is read. On a busy machine what is ahead takes long.
    let before = -1;
    while (steps() !== before && before < total / 8) {
      before = steps();
      await pause(600);
    }
    expect(before).toBeLessThan(total / 8);
    await batches.return();
  });

  test.each(["break", "throw"])("leaving the loop by %s stops the sweep", async (how) => {
    const { batches, steps, total } = long({ workers });
    const work = async () => {
      for await (const _ of batches) {
        if (how === "break") break;
        throw new Error("enough");
      }
    };
    if (how === "break") await work();
    else await expect(work()).rejects.toThrow("enough");
    const before = steps();
    await pause(150);
    expect(steps()).toBe(before);
    expect(before).toBeLessThan(total / 8);
    expect(await batches.next()).toEqual({ done: true, value: undefined });
  });

  test("return() need not wait for the batch that is under way", async () => {
    const { batches, steps, total } = long({ workers, simulationTime: 50 });
    const pending = batches.next();
    await pause(50);
    await batches.return();
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(steps()).toBeLessThan(total);
  });

  test("signal stops it while it is read, while it is not, and before it begins", async () => {
    const reading = new AbortController();
    const { batches } = long({ workers, signal: reading.signal });
    const all = read(batches);
    setTimeout(() => reading.abort(new Error("one")), 50);
    await expect(all).rejects.toThrow("one");
    const paused = new AbortController();
    const { batches: other, steps } = long({ workers, signal: paused.signal });
    await other.next();
    paused.abort(new Error("two"));
    await pause(150);
    const before = steps();
    await pause(150);
    expect(steps()).toBe(before);
    await expect(other.next()).rejects.toThrow("two");
    await expect(long({ workers, signal: paused.signal }).batches.next()).rejects.toThrow("two");
  });

  test("another sweep may run within the loop, and two streams may be read in turns", async () => {
    const inner = { ...small({ paramGrid: grid(2000) }), workers };
    const { batches } = long({ workers });
    let found = 0;
    for await (const _ of batches) {
      const { resultsMap } = await gridSearch(inner);
      found = resultsMap.numRows;
      break;
    }
    expect(found).toBe(2000);
    const [a, b] = [long({ workers }), long({ workers })];
    for (let i = 0; i < 3; i++) for (const each of [a, b]) expect((await each.batches.next()).done).toBe(false);
    await a.batches.return();
    await b.batches.return();
  });
});

test("sweepBatches: an error that onProgress throws ends it", async () => {
  const options: BatchOptions = small({ paramGrid: grid(2000) });
  const onProgress = () => {
    throw new Error("not this one");
  };
  for (const workers of [0, 2]) await expect(read(sweepBatches({ ...options, workers, onProgress }))).rejects.toThrow("not this one");
});

test("sweepBatches: batchesToIPC gives the bytes of Arrow's writer, batch by batch, and holds up the sweep", async () => {
  const options: BatchOptions = small({ paramGrid: grid(3000), simulationTime: 0.2, outputs: { V: "jrc/jrc_op/V_e" } });
  const parts: Uint8Array[] = [];
  for await (const part of batchesToIPC(sweepBatches(options))) parts.push(part);
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  expect(differing(whole, await bytesOf(sweepBatches(options)))).toBe(0);
  const batches = sweepBatches(options);
  for await (const _ of batchesToIPC(batches)) if (batches.statuses.size > 0) break;
  expect(batches.statuses.get("ok")).toBeLessThan(1500);
  expect((await batches.next()).done).toBe(true);
});
