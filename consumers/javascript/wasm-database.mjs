import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createDuckDB, NODE_RUNTIME, VoidLogger } from "@duckdb/duckdb-wasm/blocking";
import { tableFromIPC, tableToIPC } from "apache-arrow";

/** A connection to a database of DuckDB-Wasm in memory. */
export async function wasmConnection() {
  const mainModule = createRequire(import.meta.url).resolve("@duckdb/duckdb-wasm/dist/duckdb-eh.wasm");
  const bundle = { mainModule, mainWorker: "" };
  const database = await createDuckDB({ mvp: bundle, eh: bundle }, new VoidLogger(), NODE_RUNTIME);
  await database.instantiate();
  return database.connect();
}

let made = 0;

/** Makes a table of Arrow files, and tells its name. It takes streams alone; Parquet needs an extension, which it would download. */
export function insert(connection, paths) {
  const name = `table${made++}`;
  paths.forEach((path, i) => {
    const stream = tableToIPC(tableFromIPC(readFileSync(path)), "stream");
    connection.insertArrowFromIPCStream(stream, { name, create: i === 0 });
  });
  return name;
}
