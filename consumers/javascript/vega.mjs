import { readFileSync } from "node:fs";
import * as vega from "vega";
import loadArrow from "vega-loader-arrow";
import { acrossFeature, chosen, feature, keys, run, versionOf } from "./ask.mjs";

vega.formats("arrow", loadArrow.default ?? loadArrow);

/** The rows of the last data set of a specification. */
async function rowsOf(data) {
  const view = new vega.View(vega.parse({ data }), { renderer: "none" });
  await view.runAsync();
  const rows = view.data(data[data.length - 1].name);
  view.finalize();
  return rows;
}

const source = (name, path) => ({ name, format: { type: "arrow" }, values: new Uint8Array(readFileSync(path)) });
const merged = (name, paths, transform) => [
  ...paths.map((path, i) => source(`${name}${i}`, path)),
  { name, source: paths.map((_, i) => `${name}${i}`), transform },
];
const aggregate = (groupby, fields, ops, as) => ({ type: "aggregate", groupby, fields, ops, as });
const counted = { ...aggregate([], ["V", "V"], ["count", "mean"], ["rows", "mean"]) };
const only = ([{ rows, mean }]) => ({ rows, mean });
const escaped = (name) => name.replaceAll(".", "\\.");
const top = async (paths, name) => {
  const best = { type: "filter", expr: `isValid(datum[${JSON.stringify(name)}])` };
  const rows = await rowsOf(merged("points", paths, [best, { type: "collect", sort: { field: escaped(name), order: "descending" } }]));
  return rows[0];
};

const arrow = {
  load: (paths) => paths,
  wide: async (paths) => {
    const [row] = await rowsOf(
      merged("wide", paths, [
        aggregate(
          [],
          keys.map((key) => `V/${key}`),
          keys.map(() => "mean"),
          keys,
        ),
      ]),
    );
    return Object.fromEntries(keys.map((key) => [key, row[key]]));
  },
  mean: async (paths) =>
    Object.fromEntries(
      (await rowsOf(merged("traces", paths, [aggregate(["key"], ["V"], ["mean"], ["mean"])]))).map((row) => [row.key, row.mean]),
    ),
  filter: async (paths) => only(await rowsOf(merged("traces", paths, [{ type: "filter", expr: `datum.C === ${chosen}` }, counted]))),
  join: async (paths, maps) => {
    const joined = { type: "lookup", from: "points", key: "key", fields: ["key"], values: ["status"] };
    const transform = [joined, { type: "filter", expr: "datum.status === 'ok'" }, counted];
    return only(await rowsOf([...merged("points", maps, []), ...merged("traces", paths, transform)]));
  },
  best: async (paths) => {
    const row = await top(paths, feature);
    return { key: row.key, value: row[feature] };
  },
  across: async (paths) => {
    const row = await top(paths, acrossFeature);
    return { C: row.C, tau: row.tau, value: row[acrossFeature] };
  },
  failed: async (paths) =>
    (await rowsOf(merged("points", paths, [{ type: "filter", expr: "datum.status !== 'ok'" }]))).map(({ key }) => key),
};
await run(`${versionOf("vega")}, vega-loader-arrow ${versionOf("vega-loader-arrow")}`, { arrow });
