import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { byColumns, run, versionOf } from "./ask.mjs";

const read = async (path) => {
  const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path) });
  return Object.fromEntries(Object.keys(rows[0]).map((name) => [name, rows.map((row) => row[name])]));
};
await run(versionOf("hyparquet"), { parquet: byColumns(read) });
