import { DuckDBInstance } from "@duckdb/node-api";
import { bySql, run, versionOf } from "./ask.mjs";

const database = await DuckDBInstance.create();
const connection = await database.connect();
const listed = (paths) => paths.map((path) => `'${path.replaceAll("\\", "/")}'`).join(", ");

async function query(text, tables) {
  const named = Object.entries(tables).map(([name, paths]) => `${name} AS (SELECT * FROM read_parquet([${listed(paths)}]))`);
  return (await connection.runAndReadAll(`WITH ${named.join(", ")} ${text}`)).getRowObjectsJS();
}

await run(versionOf("@duckdb/node-api"), { parquet: bySql((paths) => paths, query) });
