import { readFileSync } from "node:fs";
import { desc, escape as expression, fromArrow, op } from "arquero";
import { acrossFeature, chosen, feature, keys, run, versionOf } from "./ask.mjs";

const tables = (paths) => paths.map((path) => fromArrow(readFileSync(path))).reduce((all, table) => all.concat(table));
const counted = (table) => table.rollup({ rows: op.count(), mean: op.mean("V") }).object();
const top = (table, name) =>
  table
    .filter(expression((row) => row[name] !== null))
    .orderby(desc(name))
    .object();

const arquero = {
  load: tables,
  wide: (table) => table.rollup(Object.fromEntries(keys.map((key) => [key, op.mean(`V/${key}`)]))).object(),
  mean: (table) =>
    Object.fromEntries(
      table
        .groupby("key")
        .rollup({ mean: op.mean("V") })
        .objects()
        .map(({ key, mean }) => [key, mean]),
    ),
  filter: (table) => counted(table.params({ chosen }).filter((row, $) => row.C === $.chosen)),
  join: (table, map) => counted(table.join(map.select("key", "status"), "key").filter((row) => row.status === "ok")),
  best(map) {
    const row = top(map, feature);
    return { key: row.key, value: row[feature] };
  },
  across(table) {
    const row = top(table, acrossFeature);
    return { C: row.C, tau: row.tau, value: row[acrossFeature] };
  },
  failed: (map) => Array.from(map.filter((row) => row.status !== "ok").array("key")),
};
await run(versionOf("arquero"), { arrow: arquero });
