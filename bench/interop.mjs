// Do Polars, Arquero and DuckDB-Wasm read the files of a stored sweep? They are large, so they are installed here and now, in a
// folder of their own (npm run bench -- interop), and not with what the tests need.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Table, tableToIPC } from "apache-arrow";
import { gridSearch, normalNoise } from "massgrid";
import { row } from "./measure.mjs";

const versions = { "nodejs-polars": "0.26.1", arquero: "8.0.3", "@duckdb/duckdb-wasm": "1.32.0" };
/** npm leaves out the binary of Polars where one of its platforms is missing from the registry. */
const binary = process.platform === "linux" && process.arch === "x64" ? { "nodejs-polars-linux-x64-gnu": "0.26.1" } : {};

function install(folder) {
  const overrides = { "@uwdata/flechette": "2.6.0" };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies: { ...versions, ...binary }, overrides }));
  const { status, stderr } = spawnSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts"], {
    cwd: folder,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error(stderr);
  return createRequire(join(folder, "package.json"));
}

const swept = {
  circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
  paramGrid: { C: [68, 135, 270, 675, -0, 1e300] },
  paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
  simulationTime: 1,
  stepSize: 1e-3,
  inputs: { "jrc/jrc_op/u": normalNoise({ mean: 220, sd: 60, seed: 7, shared: false }) },
  outputs: { V: "jrc/jrc_op/V_e" },
};

/** Whether two columns have the same doubles, the sign of zero too; any NaN is as good as another. */
function same(a, b) {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}

async function polars(require, { files, stream, C, V, key }) {
  const pl = require("nodejs-polars");
  const check = (frames) => same(columns(frames, "C"), C) && same(columns(frames, "V"), V) && same(columns(frames, "key").map(String), key);
  const columns = (frames, name) => frames.flatMap((frame) => frame.getColumn(name).toArray());
  const read = files.map((file) => pl.readIPC(Buffer.from(file)));
  return { "Polars, IPC files": check(read), "Polars, IPC stream": check([pl.readIPCStream(Buffer.from(stream))]) };
}

async function arquero(require, { files, stream, C, V, key }) {
  const { fromArrow } = await import(require.resolve("arquero"));
  const check = (parts) => {
    const read = parts.map((bytes) => fromArrow(bytes));
    const column = (name) => read.flatMap((table) => Array.from(table.array(name)));
    return same(column("C"), C) && same(column("V"), V) && same(column("key"), key);
  };
  return { "Arquero, IPC files": check(files), "Arquero, IPC stream": check([stream]) };
}

async function wasm(require, { stream, C, V, key }) {
  const { createDuckDB, NODE_RUNTIME, ConsoleLogger, LogLevel } = require("@duckdb/duckdb-wasm/dist/duckdb-node-blocking.cjs");
  const bundle = { mainModule: require.resolve("@duckdb/duckdb-wasm/dist/duckdb-eh.wasm"), mainWorker: "" };
  const database = await createDuckDB({ mvp: bundle, eh: bundle }, new ConsoleLogger(LogLevel.ERROR), NODE_RUNTIME);
  await database.instantiate();
  const connection = database.connect();
  connection.insertArrowFromIPCStream(stream, { name: "traces", create: true });
  const table = connection.query("SELECT key, C, V FROM traces");
  const column = (name) => Array.from(table.getChild(name));
  const cells = same(column("C"), C) && same(column("V"), V) && same(column("key").map(String), key);
  const groups = connection.query("SELECT key, stddev(V) AS sd FROM traces WHERE C < 1000 GROUP BY key").numRows;
  return { "DuckDB-Wasm, IPC stream": cells && groups === 5 };
}

/** The files of a store, its batches as one stream, and its columns. */
async function written(store) {
  const batches = [];
  for await (const batch of store.batches()) batches.push(batch);
  const table = new Table(batches);
  const files = store.files.map((file) => readFileSync(join(store.directory, file)));
  const column = (name) => Array.from(table.getChild(name));
  return { files, stream: tableToIPC(table, "stream"), C: column("C"), V: column("V"), key: column("key") };
}

export async function bench() {
  const folder = mkdtempSync(join(tmpdir(), "massgrid-interop-"));
  try {
    const require = install(folder);
    const { store } = await gridSearch({ ...swept, store: { directory: join(folder, "sweep"), shardPoints: 2 } });
    const there = await written(store);
    const found = {};
    for (const reader of [polars, arquero, wasm]) {
      Object.assign(found, await reader(require, there).catch((error) => ({ [reader.name]: String(error).slice(0, 120) })));
    }
    const installed = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
    const bad = Object.entries(found).filter(([, ok]) => ok !== true);
    const said = bad.length === 0 ? `${Object.keys(found).join("; ")}: every cell` : bad.map(([name, why]) => `${name}: ${why}`).join("; ");
    return [row(`files read by ${installed.join(", ")}`, said, "every cell", bad.length === 0 ? 1 : 2, 1)];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
