import { bySql, run, versionOf } from "./ask.mjs";
import { insert, wasmConnection } from "./wasm-database.mjs";

const connection = await wasmConnection();

function query(text, tables) {
  const named = Object.entries(tables).map(([name, table]) => `${name} AS (SELECT * FROM ${table})`);
  return connection
    .query(`WITH ${named.join(", ")} ${text}`)
    .toArray()
    .map((row) => row.toJSON());
}

await run(versionOf("@duckdb/duckdb-wasm"), { arrow: bySql((paths) => insert(connection, paths), query) });
