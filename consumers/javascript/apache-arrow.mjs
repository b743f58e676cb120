import { readFileSync } from "node:fs";
import { tableFromIPC } from "apache-arrow";
import { byColumns, run, versionOf } from "./ask.mjs";

const read = (path) => {
  const table = tableFromIPC(readFileSync(path));
  return Object.fromEntries(table.schema.fields.map(({ name }) => [name, table.getChild(name)]));
};
await run(versionOf("apache-arrow"), { arrow: byColumns(read) });
