import { readFileSync } from "node:fs";
import perspective from "@perspective-dev/client";
import { acrossFeature, chosen, feature, keys, run, versionOf } from "./ask.mjs";

const bytes = (path) => {
  const file = readFileSync(path);
  return file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
};

async function rowsOf(table, config) {
  const view = await table.view(config);
  const rows = await view.to_json();
  await view.delete();
  return rows;
}

/** The rows below the sum of all: those of a group have a path of one name. */
const groups = (rows) => rows.filter(({ __ROW_PATH__: path }) => path.length > 0);
const counted = async (table, filter) => {
  const [all] = await rowsOf(table, { group_by: ["C"], columns: ["V", "time"], aggregates: { V: "avg", time: "count" }, filter });
  return { rows: all.time, mean: all.V };
};
const top = async (table, name) => (await rowsOf(table, { sort: [[name, "desc"]], filter: [[name, "is not null", null]] }))[0];

/** It joins no tables. */
const arrow = {
  load: async ([first, ...rest]) => {
    const table = await perspective.table(bytes(first));
    for (const path of rest) await table.update(bytes(path));
    return table;
  },
  wide: async (table) => {
    const columns = keys.map((key) => `V/${key}`);
    const aggregates = Object.fromEntries(columns.map((name) => [name, "avg"]));
    const [all] = await rowsOf(table, { group_by: ["time"], columns, aggregates });
    return Object.fromEntries(keys.map((key) => [key, all[`V/${key}`]]));
  },
  mean: async (table) => {
    const rows = await rowsOf(table, { group_by: ["key"], columns: ["V"], aggregates: { V: "avg" } });
    return Object.fromEntries(groups(rows).map(({ __ROW_PATH__: [key], V }) => [key, V]));
  },
  filter: (table) => counted(table, [["C", "==", chosen]]),
  best: async (map) => {
    const row = await top(map, feature);
    return { key: row.key, value: row[feature] };
  },
  across: async (table) => {
    const row = await top(table, acrossFeature);
    return { C: row.C, tau: row.tau, value: row[acrossFeature] };
  },
  failed: async (map) => (await rowsOf(map, { filter: [["status", "!=", "ok"]] })).map(({ key }) => key),
};
await run(versionOf("@perspective-dev/client"), { arrow });
process.exit();
