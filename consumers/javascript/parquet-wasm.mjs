import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tableFromIPC } from "apache-arrow";
import { byColumns, run, versionOf } from "./ask.mjs";

const { readParquet } = createRequire(import.meta.url)("parquet-wasm");
const read = (path) => {
  const table = tableFromIPC(readParquet(new Uint8Array(readFileSync(path))).intoIPCStream());
  return Object.fromEntries(table.schema.fields.map(({ name }) => [name, table.getChild(name)]));
};
await run(versionOf("parquet-wasm"), { parquet: byColumns(read) });
